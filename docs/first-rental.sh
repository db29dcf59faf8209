#!/bin/sh
# The main job: find the cheapest RTX 4090, rent it, look at the order, cancel it.
#
#   clore sandbox run --speed 20 -- sh docs/first-rental.sh    no account, no network, no money
#   CLORE_API_KEY=... sh docs/first-rental.sh                  the same on Clore.ai: costs money
set -eu

clore search --gpu 4090 --limit 5

server=$(clore search --gpu 4090 --limit 1 --columns id --no-header -o tsv)
password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
order=$(clore deploy "$server" --max-price 0.50 --ssh-password "$password" --yes \
    --columns id --no-header -o tsv)

clore order "$order"
clore cancel "$order" --yes
