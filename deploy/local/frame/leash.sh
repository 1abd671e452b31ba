#!/usr/bin/env bash
# Runs a script at the head of a process group that ends when its standard input does: whoever holds the other end may
# be killed, and leaves nothing behind.
exec 3<&0
bash "$@" </dev/null 3<&- &
child=$!
{ cat <&3 >/dev/null; kill -KILL 0; } &
disown
exec 3<&-
wait "$child"
