# As root: run a command as an ordinary user, who may not read root's home. If Python is in there, the user sees an
# empty home with Python alone; this view is the command's own.
# sh ordinary_user.sh UID PREFIX COMMAND ...
set -e
user=$1 prefix=$2 home=$(getent passwd 0 | cut -d: -f6)
shift 2
case $prefix in
"$home"/*)
    mount -t tmpfs -o mode=755 none /mnt
    mkdir /mnt/python
    mount --bind "$prefix" /mnt/python
    mount -t tmpfs -o mode=755 none "$home"
    mkdir -p "$prefix"
    mount --bind /mnt/python "$prefix"
    ;;
esac
exec setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
