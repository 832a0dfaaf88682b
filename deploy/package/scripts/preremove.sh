#!/bin/sh
# Runs before a removal and before an upgrade: dpkg says "remove" or "upgrade", rpm how many versions stay.
set -e

case ${1:-} in
  remove | 0)
    if [ -d /run/systemd/system ]; then
      systemctl disable --now rapport.service
    else
      systemctl disable rapport.service
    fi
    ;;
esac
