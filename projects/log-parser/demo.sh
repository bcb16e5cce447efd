#!/bin/sh
# The log parser at work: on a log that it generates, or on LOG=FILE. What `make run` shows.
set -eu
program=$1
request=${REQUEST:-POST /api/v1/users}

bold='' normal=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$(printf '\033[1m') normal=$(printf '\033[0m'); fi

# Shows a command as a person would type it, then runs it.
show() {
    printf '\n%s$ log-parser' "$bold"
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_./:=-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '%s\n' "$normal"
    "$program" "$@"
}

if [ -n "${LOG:-}" ]; then
    { [ -r "$LOG" ] && [ ! -d "$LOG" ]; } || { echo "make run: LOG=$LOG can't be read: give the path of a log from $PWD, or an absolute one" >&2; exit 2; }
    show detect "$LOG"
    show top path --format auto --limit 10 "$LOG"
    show top hour --format auto --exclude-bots "$LOG"
    [ -n "${REQUEST:-}" ] && show count --format auto --exclude-bots --ledger "$REQUEST" "$LOG"
    [ -n "${REQUEST:-}" ] || printf "\nCount one request of it: REQUEST='GET /' LOG=%s make run\n" "$LOG"
    exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
cd "$folder"
echo "One million requests, two in a hundred of them hostile or broken, with the truth about them."
show generate --lines 1000000 --hostile 0.02 --request "$request" --to access.log --truth truth.json
show count "$request" access.log
printf '\nWithout our own servers and without bots, and where every line went:\n'
show count --exclude-own 10.0.0.0/8 --exclude-own 192.168.0.0/16 --exclude-own fd00::/8 --exclude-bots --ledger "$request" access.log
printf '\nThe truth, which the generator knew beforehand:\n'
for part in lines counted not_matched own bot malformed; do grep -o "\"$part\": *[0-9]*" truth.json | head -n 1; done | tr '\n' ' '
printf '\n\nThe busiest hours of them:\n'
show top hour --limit 5 --request "$request" --exclude-own 10.0.0.0/8 --exclude-own 192.168.0.0/16 --exclude-own fd00::/8 --exclude-bots access.log
show top path --limit 8 access.log
show detect access.log
printf '\nWhy a line is counted or left out:\n'
for outcome in counted bot own malformed; do
    "$program" explain --exclude-own 10.0.0.0/8 --exclude-bots --only "$outcome" "$request" access.log 2>/dev/null | head -n 2 || true
done
printf '\nA log of your own: LOG=/var/log/nginx/access.log make run\n'
