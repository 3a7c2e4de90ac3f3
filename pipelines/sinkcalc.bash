# Completion of sinkcalc's words in bash.
_sinkcalc()
{
    local commands='run check tally merge account verify diff track export info demo'
    local options='--threads --quiet --verbose --progress --json --help --usage'
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    case $command in run | tally | merge | account | track) options="$options --output --overwrite" ;; esac
    case $command in run | tally) options="$options --checkpoint --restart" ;; esac
    case $command in tally) options="$options --part" ;; esac
    case $command in run | account) options="$options --region" ;; esac
    case $command in track) options="$options --targets" ;; esac
    case $command in verify) options="$options --inputs --job --tally --full --digits --confine --untrusted" ;; esac
    case $command in diff) options="$options --tolerance --digits --region" ;; esac
    case $command in run | check | tally | account) options="$options --confine --untrusted" ;; esac
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
    --confine | --inputs)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    --output | -o | --job | --tally)
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
    run | check | tally) wanted='@(yml|yaml|json)' ;;
    merge | account | verify | diff | track | info) wanted='nc' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
    [ -z "$wanted" ] || mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(
        shopt -s extglob
        compgen -f -X "!*.$wanted" -- "$word"
    )
}
complete -F _sinkcalc sinkcalc
