# Completion of tollgate for bash: source <(tollgate completion bash)
_tollgate() {
    local word line joined=0 words=() shown=${COMP_WORDS[COMP_CWORD]}
    # bash splits at "=": --flag=value is one word here.
    for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ ${#words[@]} -gt 0 && ($word == "=" || $joined == 1) ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
        [[ $word == "=" ]] && joined=1 || joined=0
    done
    local whole=${words[-1]-}
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == ":files" ]]; then
            compopt -o filenames 2>/dev/null
            [[ $shown == "=" ]] && shown=""
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$shown")
            continue
        fi
        line=${line%%$'\t'*}
        [[ $whole == *=* ]] && line=${line#*=}
        COMPREPLY+=("$line")
    done < <("${1/#\~/$HOME}" __complete "${words[@]}" 2>/dev/null)
}
complete -F _tollgate tollgate
