# Completion of tollgate for fish: tollgate completion fish | source
function __tollgate_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in (command $program __complete $words "$current" 2>/dev/null)
        if test "$line" = ':files'
            __fish_complete_path $current
        else
            echo $line
        end
    end
end
complete -c tollgate -f -a '(__tollgate_complete)'
