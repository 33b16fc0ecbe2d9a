#!/bin/sh
# Writes the secrets of docker-compose.yml into deploy/secrets; a secret that is there is kept.
# The folder is closed to other users (0700); the files in it are readable (0644), because containers see them under
# another user's number.
set -eu
folder=${1:-$(dirname "$0")/secrets}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

for name in influxdb_admin_password influxdb_admin_token grafana_admin_password netbox_db_password netbox_redis_password \
  netbox_secret_key netbox_superuser_password netbox_api_token_pepper cluster_key coordinator_password; do
  file=$folder/$name
  if [ -s "$file" ]; then
    echo "$file is kept"
    continue
  fi
  # 256 random bits as 64 digits: long enough for every one of them.
  value=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s' "$value" >"$file.new"
  chmod 644 "$file.new"
  mv "$file.new" "$file"
  echo "$file written"
done
