#!/bin/sh
# What the compiler and the linker add to the program that is shipped: sh tests/hardening.sh PROGRAM
# It may lie anywhere in memory (PIE), its tables of addresses are read-only (RELRO, NOW), so is its stack not to be run, a
# stack that was written over ends it, and the C library checks sizes.
set -eu
program=$1
count=0
holds() { # WHAT, TEXT, PATTERN
    if ! printf '%s\n' "$2" | grep -Eq "$3"; then
        echo "$program: no $1"
        exit 1
    fi
    count=$((count + 1))
}
headers=$(readelf -hlW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(readelf --dyn-syms -W "$program")
holds "PIE" "$headers" 'Type: *DYN'
holds "PIE" "$dynamic" 'FLAGS_1.* PIE'
holds "RELRO" "$headers" 'GNU_RELRO'
holds "BIND_NOW" "$dynamic" 'FLAGS_1.*NOW'
holds "stack that cannot be run" "$headers" 'GNU_STACK.* RW +0x'
holds "stack protector" "$symbols" '__stack_chk_fail'
for name in memcpy snprintf vsnprintf; do
    holds "checked $name" "$symbols" " __${name}_chk"
done
if printf '%s\n' "$dynamic" | grep -E 'RPATH|RUNPATH|TEXTREL'; then
    echo "$program: expected none of these"
    exit 1
fi
echo "$((count + 1)) properties"
