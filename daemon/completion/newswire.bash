# Completion of newswire(1) for bash. It asks newswire itself what there is, so that it cannot disagree with it.

_newswire_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}")
}

# What is asked for: an option's argument, or an operand, as help calls it.
_newswire_kind() {
	case $1 in
	*FILE* | *CONFIG*) mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}") ;;
	*DIR*) mapfile -t COMPREPLY < <(compgen -d -- "${COMP_WORDS[COMP_CWORD]}") ;;
	*RULE*) _newswire_words "$(newswire config dump 2>/dev/null | sed -n 's/^alert "\(.*\)" {$/\1/p')" ;;
	esac
}

# What help says that an option takes, if anything. What was typed is compared with it and no part of a program:
# it may be a file's name, which comes from anywhere.
_newswire_argument() {
	local option argument rest
	while read -r option argument rest; do
		[[ $option = "$2" && $argument =~ ^[[:upper:]|]+$ ]] && printf '%s\n' "$argument"
	done <<<"$1"
}

_newswire() {
	local help operands argument
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		_newswire_words "--help --version $(newswire --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')"
		return
	fi
	help=$(newswire "${COMP_WORDS[1]}" --help 2>/dev/null) || return
	argument=$(_newswire_argument "$help" "${COMP_WORDS[COMP_CWORD - 1]}")
	operands=$(printf '%s\n' "$help" | sed -n '1{s/^usage: newswire [a-z]*//;s/ \[--[^]]*\]//g;p}')
	if [ -n "$argument" ]; then
		_newswire_kind "$argument"
	elif [ "${COMP_WORDS[COMP_CWORD]:0:1}" = - ]; then
		_newswire_words "$(printf '%s\n' "$help" | grep -o '^  --[a-z-]*')"
	elif [ "$COMP_CWORD" -eq 2 ] && [[ $operands =~ [a-z] ]]; then
		_newswire_words "$(printf '%s\n' "$operands" | grep -ow '[a-z]*')"
	else
		_newswire_kind "$(printf '%s\n' "$operands" | tr '|' '\n' | grep -wF -- "${COMP_WORDS[2]}" || printf '%s\n' "$operands")"
	fi
}

complete -o filenames -F _newswire newswire
