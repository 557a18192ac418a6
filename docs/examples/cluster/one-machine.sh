#!/usr/bin/env bash
# Searches with several workers on this machine: a Redis server of its own on a free port, workers, and the check.
#
#   docs/examples/cluster/one-machine.sh german --nodes 3
#   WORKERS=8 MEMORY=2G DIR=/scratch/runs docs/examples/cluster/one-machine.sh popcorn --stage 4.7 --kernels 4
#
# The arguments are those of `popcheck check`. An interrupt ends the check as incomplete, and the same line goes on where
# it was. However it ends, the script ends the processes that it has started, and no others.
set -euo pipefail

workers=${WORKERS:-$(nproc)}
dir=${DIR:-runs}
popcheck=${POPCHECK:-node_modules/.bin/popcheck}
# What all workers together hold is half of the machine.
memory=${MEMORY:-$(($(awk '/MemTotal/ { print $2 }' /proc/meminfo) / 2048 / workers))M}

[ $# -gt 0 ] || { echo "usage: $0 MODEL [options of popcheck check]" >&2; exit 2; }
for command in redis-server redis-cli "$popcheck"; do
  command -v "$command" > /dev/null || { echo "$0: there is no $command" >&2; exit 2; }
done

# Each process has a group of its own: an interrupt at the terminal comes to this script alone, which hands it on once.
set -m
redis=
check=
started=()

end_all() {
  trap '' INT TERM HUP
  [ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2> /dev/null || true
  [ ${#started[@]} -eq 0 ] || wait "${started[@]}" 2> /dev/null || true
  [ -z "$redis" ] || { kill "$redis" && wait "$redis"; } 2> /dev/null || true
}
trap end_all EXIT
interrupt() { if [ -n "$check" ]; then kill -INT "$check" 2> /dev/null || true; else exit 130; fi; }
trap interrupt INT TERM HUP

# Other users of the machine see command lines, but neither the environment nor the standard input.
REDIS_PASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
export REDIS_PASSWORD REDISCLI_AUTH=$REDIS_PASSWORD

# Whether the server at a port is the one that was started: on a port that is taken another one may answer.
is_ours() { redis-cli -p "$port" --no-auth-warning info server 2> /dev/null | tr -d '\r' | grep -qx "process_id:$redis"; }

for _ in {1..20}; do
  port=$((20000 + RANDOM % 10000))
  redis-server - > /dev/null <<EOF &
port $port
bind 127.0.0.1
requirepass $REDIS_PASSWORD
save ""
maxmemory-policy noeviction
EOF
  redis=$!
  # A server whose port is taken ends at once.
  while kill -0 "$redis" 2> /dev/null && ! is_ours; do sleep 0.1; done
  if kill -0 "$redis" 2> /dev/null; then break; fi
  redis=
done
[ -n "$redis" ] || { echo "$0: redis-server does not start" >&2; exit 1; }

url=redis://127.0.0.1:$port
mkdir -p "$dir"
for ((i = 1; i <= workers; i++)); do
  "$popcheck" worker --redis "$url" --dir "$dir" --memory "$memory" > "$dir/worker-$i.log" 2>&1 &
  started+=($!)
done

"$popcheck" check "$@" --cluster "$url" --dir "$dir" &
check=$!
# An interrupt ends a `wait`, but not the check.
while kill -0 "$check" 2> /dev/null; do wait "$check" && status=0 || status=$?; done
exit "$status"
