#!/usr/bin/env bash
# Runs a script at the head of a process group that ends when its standard input does: whoever holds the other end may
# be killed, and leaves nothing behind. It outlives what it runs, so that its own end tells that the service has ended.
exec 3<&0
trap : TERM INT HUP
bash "$@" </dev/null 3<&- &
child=$!
{ cat <&3 >/dev/null; kill -KILL 0; } &
disown
exec 3<&-
# A signal to the group interrupts the wait, and the service may take its time to end.
while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done
exit "$code"
