#!/bin/bash
# make_certificates.sh [FOLDER [NAME ...]]
# A certificate authority of your own and one server certificate for MySQL, MLflow and Airflow, in FOLDER (default secrets/).
# NAME: more names by which people reach the server. Files that are there are kept: delete FOLDER to begin again.
set -euo pipefail
folder=${1:-secrets}
shift || true
names="DNS:mysql,DNS:mlflow,DNS:api-server,DNS:localhost,IP:127.0.0.1"
for name in "$@"; do names+=",DNS:$name"; done

mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
if [ ! -f ca.pem ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -keyout ca.key -out ca.pem \
    -subj "/CN=Millrace certificate authority" -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" 2>/dev/null
  chmod 600 ca.key
fi
if [ ! -f server.pem ]; then
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out server.csr -subj "/CN=millrace" 2>/dev/null
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 -out server.pem 2>/dev/null -extfile <(
    printf 'subjectAltName=%s\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n' "$names")
  rm server.csr
  # mounted into containers that run as different users; the folder itself is closed to everybody else
  chmod 644 server.key server.pem ca.pem
fi
echo "Certificates in $PWD for $names"
