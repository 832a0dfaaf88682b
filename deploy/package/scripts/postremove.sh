#!/bin/sh
# Runs after a removal and after an upgrade: dpkg says "remove", "purge" or "upgrade", rpm how many versions stay.
set -e

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi

# Only a purge takes the data and what was put beside the configuration. The user stays, so that its number, which may own files
# elsewhere such as backups, is given to nobody else.
if [ "${1:-}" = purge ]; then
  rm -rf /var/lib/rapport /etc/rapport
fi
