#!/bin/sh
# Runs after an installation and after an upgrade, by dpkg and by rpm.
set -e

systemd-sysusers rapport.conf

# The server runs as the user rapport and may read its configuration, not change it. A group that somebody chose stays.
for path in /etc/rapport /etc/rapport/rapport.toml; do
  if [ -e "$path" ] && [ "$(stat -c %G "$path")" = root ]; then
    chgrp rapport "$path"
  fi
done

# A server that runs goes on as the new version. A new installation waits for its configuration: systemctl enable --now rapport.
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl try-restart rapport.service
fi
