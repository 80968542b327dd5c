#compdef tollgate
# Completion of tollgate for zsh: source <(tollgate completion zsh), or this file as _tollgate in $fpath
_tollgate() {
    local line files=0
    local -a items
    for line in "${(@f)$(${(Q)words[1]} __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
        if [[ $line == ":files" ]]; then
            files=1
        elif [[ $line == *$'\t'* ]]; then
            items+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
        elif [[ -n $line ]]; then
            items+=("${line//:/\\:}")
        fi
    done
    (( $#items )) && _describe tollgate items
    (( files )) && _files
}
if [[ $funcstack[1] == _tollgate ]]; then
    _tollgate "$@"
else
    compdef _tollgate tollgate
fi
