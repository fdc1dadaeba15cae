#!/bin/sh
# usage: cluster.sh BIN_FOLDER STATE_FOLDER [SMALL_DISK]
#
# Runs a throwaway PostgreSQL, reached by a Unix socket only, for as long as somebody holds STATE_FOLDER/users.
# PostgreSQL refuses to run as root; there it runs as the user that its package has made. SMALL_DISK is the size of
# a disk of its own at `small`, e.g. 40m; that needs root and a mount namespace (`unshare --mount`).
set -eu
bin=$1 state=$2 small=${3:-}
cd /

as_postgres() {
    if [ "$(id -u)" = 0 ]; then su postgres -s /bin/sh -c "$1"; else sh -c "$1"; fi
}

folder=$(as_postgres 'mktemp -d /tmp/grove-postgres.XXXXXX')
settings="-c listen_addresses= -c unix_socket_directories=$folder -c max_connections=300"

finish() {
    as_postgres "'$bin/pg_ctl' stop --silent --mode=immediate --pgdata='$folder/data'" || true
    [ -z "$small" ] || umount "$folder/small" || true
    as_postgres "rm -rf '$folder'"
}
trap finish EXIT
# Without this a signal would end the script and leave the server.
trap 'exit 1' HUP INT TERM

if [ -n "$small" ]; then
    as_postgres "mkdir '$folder/small'"
    mount -t tmpfs -o "size=$small,mode=700,uid=$(id -u postgres),gid=$(id -g postgres)" tmpfs "$folder/small"
    as_postgres "mkdir '$folder/small/tables'"
fi
as_postgres "'$bin/initdb' --pgdata='$folder/data' --username=grove --auth=trust --no-sync \
    --encoding=UTF8 --locale=C && echo \"$settings\" >'$folder/options'"
as_postgres "'$bin/pg_ctl' start --wait --silent --pgdata='$folder/data' --log='$folder/log' \
    --options='$settings'"
echo "$folder" >"$state/address.new"
mv "$state/address.new" "$state/address"

# Between two test processes nobody may hold it for a moment.
idle=0
while :; do
    sleep 1
    # The folder of a cluster that belonged to one test alone goes with it.
    [ -e "$state/users" ] || exit 0
    if flock --nonblock --exclusive "$state/users" true; then idle=$((idle + 1)); else idle=0; fi
    [ "$idle" -ge 5 ] || continue
    # Whoever comes now waits until this cluster is gone, and starts another.
    exec 8>"$state/lock"
    flock 8
    if flock --nonblock --exclusive "$state/users" true; then
        rm -f "$state/address"
        exit 0
    fi
    exec 8>&-
    idle=0
done
