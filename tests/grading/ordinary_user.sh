# As root: run a command as an ordinary user, who sees the given folders even where they lie in a folder of root's alone,
# such as root's home or a private temporary folder: the user then sees that one empty, with the way to these folders.
# This view is the command's own.
# unshare -m sh ordinary_user.sh UID FOLDER:FOLDER:... COMMAND ...
set -e
user=$1 folders=$(echo "$2" | tr : ' ')
shift 2
as_user="setpriv --reuid $user --regid $user --clear-groups"
umask 022
mount -t tmpfs -o mode=755 none /mnt
number=0
for folder in $folders; do
    number=$((number + 1))
    mkdir "/mnt/$number"
    mount --bind "$folder" "/mnt/$number"
done
for folder in $folders; do
    above=
    for part in $(echo "$folder" | tr / ' '); do
        above=$above/$part
        if [ "$above" != "$folder" ] && [ -d "$above" ] && ! $as_user test -x "$above"; then
            mount -t tmpfs -o mode=755 none "$above"
        fi
    done
done
number=0
for folder in $folders; do
    number=$((number + 1))
    if [ ! -e "$folder" ]; then
        mkdir -p "$folder"
        mount --bind "/mnt/$number" "$folder"
    fi
done
exec $as_user "$@"
