#!/usr/bin/env bash
# Searches on a Slurm cluster: one job array, whose task 0 runs the Redis server and the check, and all others workers.
#
#   sbatch --array=0-16 --export=ALL,DIR=/shared/runs docs/examples/cluster/slurm.sh german --nodes 4
#
# The arguments are those of `popcheck check`. DIR is a folder that all nodes see. Tasks may start in any order, at any
# time, and may be lost; when the check ends, so do all. If the time runs out, submit the same line: it goes on where it
# was.
#SBATCH --job-name=popcheck
#SBATCH --cpus-per-task=1
#SBATCH --mem=4G
#SBATCH --time=24:00:00
#SBATCH --output=popcheck-%A-%a.log
set -euo pipefail

dir=${DIR:?set DIR to a folder that all nodes see}
popcheck=${POPCHECK:-node_modules/.bin/popcheck}
# The visited states of a worker; the rest of --mem is for its other tables.
memory=${MEMORY:-3G}
# Where task 0 writes down, for this job's tasks alone, which server to use, and the password: only its owner may read it.
address=$dir/redis-$SLURM_ARRAY_JOB_ID
umask 077

if [ "$SLURM_ARRAY_TASK_ID" -ne 0 ]; then
  until [ -f "$address" ]; do sleep 2; done
  { read -r url && read -r REDIS_PASSWORD; } < "$address"
  export REDIS_PASSWORD
  exec "$popcheck" worker --redis "$url" --dir "$dir" --memory "$memory"
fi

[ $# -gt 0 ] || { echo "usage: sbatch --array=0-N $0 MODEL [options of popcheck check]" >&2; exit 2; }
mkdir -p "$dir"
redis=
end_all() {
  rm -f "$address" "$address.new"
  [ -z "$redis" ] || kill "$redis" 2> /dev/null || true
  # The workers wait for tasks for ever; this ends the job array, with this task.
  scancel "$SLURM_ARRAY_JOB_ID"
}
trap end_all EXIT
trap 'exit 143' TERM INT

REDIS_PASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
export REDIS_PASSWORD REDISCLI_AUTH=$REDIS_PASSWORD
for _ in {1..20}; do
  port=$((20000 + RANDOM % 10000))
  # The password comes by the standard input: command lines are seen by all users of a node.
  redis-server - > /dev/null <<EOF &
port $port
bind * -::*
requirepass $REDIS_PASSWORD
save ""
maxmemory-policy noeviction
EOF
  redis=$!
  # A server whose port is taken ends at once, and another one may answer there.
  until redis-cli -p "$port" --no-auth-warning info server 2> /dev/null | tr -d '\r' | grep -qx "process_id:$redis"; do
    kill -0 "$redis" 2> /dev/null || { redis=; break; }
    sleep 0.1
  done
  [ -z "$redis" ] || break
done
[ -n "$redis" ] || { echo "$0: redis-server does not start" >&2; exit 1; }

url=redis://$(hostname -f):$port
# The file appears whole: a rename is one step.
printf '%s\n' "$url" "$REDIS_PASSWORD" > "$address.new"
mv "$address.new" "$address"
# The check runs beside this script, so that a signal reaches the script meanwhile.
"$popcheck" check "$@" --cluster "$url" --dir "$dir" &
check=$!
trap 'kill -INT "$check" 2> /dev/null || true' TERM INT
while kill -0 "$check" 2> /dev/null; do wait "$check" && status=0 || status=$?; done
exit "$status"
