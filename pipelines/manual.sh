#!/bin/sh
# Manual pages of the commands from what the program says of itself: sh manual.sh PROGRAM FOLDER
# writes FOLDER/sinkcalc-COMMAND.1 for every command that `PROGRAM --help` lists.
set -eu
program=$1 folder=$2
mkdir -p "$folder"
version=$("$program" --version | cut -d ' ' -f 2)
commands=$("$program" --help | awk '/^Commands:/ { inside = 1; next } inside && !NF { exit } inside { print $1 }')
[ -n "$commands" ]
for command in $commands; do
    ARGP_HELP_FMT='rmargin=4000' "$program" "$command" --help >"$folder/$command.help"
    awk -v command="$command" -v version="$version" -v all="$(echo $commands)" '
        function roff(text) { # as plain text of roff
            gsub(/\\/, "\\e", text)
            gsub(/-/, "\\-", text)
            sub(/^[.'\'']/, "\\\\\\&&", text)
            return text
        }
        function option(words,   i, count, part, name, line) { # "-o, --output=FILE"
            count = split(words, part, ", ")
            for (i = 1; i <= count; i++) {
                name = part[i]
                sub(/=.*/, "", name)
                line = line (i > 1 ? ", " : "") "\\fB" roff(name) "\\fR"
                if (index(part[i], "="))
                    line = line "=\\fI" roff(substr(part[i], length(name) + 2)) "\\fR"
            }
            return ".TP\n" line "\n"
        }
        NR == 1 {
            sub(/^Usage: sinkcalc [a-z]+ */, "")
            print ".\\\" Made by manual.sh from the help of the program."
            print ".TH SINKCALC-" toupper(command) " 1 \"\" \"sinkcalc " version "\" \"User Commands\""
            usage = $0
            next
        }
        NR == 2 {
            print ".SH NAME\nsinkcalc\\-" command " \\- " roff(tolower(substr($0, 1, 1)) substr($0, 2))
            print ".SH SYNOPSIS\n.B sinkcalc " command "\n.I " roff(usage)
            next
        }
        /^Mandatory or optional arguments/ { part = "text"; next }
        part != "examples" && /^ +-/ {
            part = "options"
            match($0, /^ +-[^ ]*(, --[^ ]*)?/)
            words = substr($0, 1, RLENGTH)
            rest = substr($0, RLENGTH + 1)
            sub(/^ +/, "", words)
            sub(/^ +/, "", rest)
            options = options option(words) (rest == "" ? "" : roff(rest) "\n")
            next
        }
        part == "options" && NF { sub(/^ +/, ""); options = options roff($0) "\n"; next }
        /^Examples:/ { part = "examples"; next }
        part == "examples" { examples = examples roff($0) "\n"; next }
        part == "text" && NF { description = description roff($0) "\n" }
        END {
            if (description != "")
                printf ".SH DESCRIPTION\n%s", description
            printf ".SH OPTIONS\n%s", options
            if (examples != "")
                printf ".SH EXAMPLES\n.nf\n%s.fi\n", examples
            print ".SH EXIT STATUS\n.TP\n.B 0\nDone.\n.TP\n.B 1\nA difference was found.\n.TP\n.B 2"
            print "Wrong words or job file.\n.TP\n.B 3\nInput data unusable.\n.TP\n.B 4\nFailed at run time."
            print ".TP\n.BR 130 \", \" 143\nInterrupted.\n.SH SEE ALSO\n.BR sinkcalc (1)"
            count = split(all, names, " ")
            for (i = 1; i <= count; i++)
                if (names[i] != command)
                    print ".BR sinkcalc\\-" names[i] " (1)"
        }' "$folder/$command.help" >"$folder/sinkcalc-$command.1"
    rm "$folder/$command.help"
done
