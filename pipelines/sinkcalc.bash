# Completion of sinkcalc's words in bash.
_sinkcalc()
{
    # What there is the program says itself.
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local commands options
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        commands=$("${COMP_WORDS[0]}" --help 2>/dev/null | awk '/^Commands:/ { i = 1; next } i && !NF { exit } i { print $1 }')
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    options=$("${COMP_WORDS[0]}" "$command" --help 2>/dev/null | sed -n 's/^  *\(-., \)\{0,1\}\(--[a-z]*\).*/\2/p')
    # bash cuts --progress=auto into three words
    if [ "$before" = '=' ] || [ "$word" = '=' ]; then
        [ "$word" = '=' ] || before=${COMP_WORDS[COMP_CWORD - 2]}
        [ "$word" = '=' ] && word=''
    fi
    case $before in
    --progress)
        mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word")
        return
        ;;
    --threads | -t)
        mapfile -t COMPREPLY < <(compgen -W "1 2 4 8 $(nproc 2>/dev/null)" -- "$word")
        return
        ;;
    --targets)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -W china -- "$word"; compgen -f -- "$word")
        return
        ;;
    --to)
        mapfile -t COMPREPLY < <(compgen -W 'gpkg csv xlsx geojson json' -- "$word")
        return
        ;;
    --lang)
        mapfile -t COMPREPLY < <(compgen -W 'en zh' -- "$word")
        return
        ;;
    --confine | --inputs)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    --output | -o)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    esac
    if [ "${word#-}" != "$word" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
        return
    fi
    compopt -o filenames 2>/dev/null
    local wanted=''
    case $command in
    run | check | tally | map) wanted='@(yml|yaml|json)' ;;
    merge | account | verify | diff | track | report | export | info) wanted='nc' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
    [ -z "$wanted" ] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
        shopt -s extglob
        compgen -f -X "!*.$wanted" -- "$word"
    )
}
complete -F _sinkcalc sinkcalc
