#!/bin/sh
# subscribe.sh LIVE REPLAY SEQ KEY...: prints what comes after SEQ, with newswire tail; an article
# once, whichever of the keys it is under. The first line of its text is the date and the title.
live=$1 replay=$2 seq=$3
shift 3
exec newswire tail --live "$live" --replay "$replay" --since "$seq" --exec '
	case $NEWSWIRE_KIND in
	item | update)
		title=$(sed "s/^ date [0-9-]* //;q")
		printf "%s\t%s\t%s\tv%s\t%s\n" \
			"$NEWSWIRE_SEQ" "$NEWSWIRE_KEY" "$NEWSWIRE_ID" "$NEWSWIRE_VERSION" "$title"
		;;
	esac' "$@"
