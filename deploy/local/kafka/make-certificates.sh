#!/usr/bin/env bash
# Makes what TLS on this machine needs, in the folder given: a CA, the broker's store, a client, and a CA that nobody knows.
# Keys of ten years for loopback only: they are made anew with each data folder and never leave it.
set -euo pipefail
folder=$1
if [ -f "$folder/whole" ]; then exit; fi
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$2" \
    -keyout "$1.key" -out "$1.pem" 2>/dev/null
}

# A key and a certificate signed by the CA: name, subject, subject alternative names.
signed() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out "$1.pem" \
    -extfile <(echo "subjectAltName=$3") 2>/dev/null
  rm "$1.csr"
}

authority ca 'Pitlane local CA'
authority unknown-ca 'A CA that signed nothing here'
signed broker localhost DNS:localhost,IP:127.0.0.1
signed garage-1 garage-1 DNS:garage-1
# The broker reads one file: its key in PKCS #8, then its certificate.
{ openssl pkcs8 -topk8 -nocrypt -in broker.key; cat broker.pem; } > broker-store.pem
for user in garage-2 stranger; do openssl rand -hex 16 > "$user.password"; done
touch whole
