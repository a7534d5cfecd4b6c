#!/bin/sh
# Makes .venv hold exactly what a lock asks for:  scripts/venv.sh runtime|dev|smoke|clients|mutation
#
# Does nothing when it already does: a copy of the lock that was installed is kept inside .venv and compared.
# The dev lock contains the runtime lock. PYTHON names another interpreter than the first suitable one found.
# Three are environments of their own inside of it: smoke holds the runtime lock and nothing else, not even pip; clients
# holds its own lock and nothing of the product; mutation holds the dev lock and the tool.
set -eu
cd "$(dirname "$0")/.."

lock=${1:?usage: scripts/venv.sh runtime|dev|smoke|clients|mutation}
venv=.venv
suitable='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

find_python() {
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
        if "$candidate" -c "$suitable" >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    if [ -n "${PYTHON:-}" ]; then
        echo "PYTHON=$PYTHON is not a Python 3.11 or newer with the venv module." >&2
    else
        echo "Python 3.11 or newer with the venv module is needed and was not found." >&2
        echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make run PYTHON=/path/to/python3.11" >&2
    fi
    return 1
}

install() { # PYTHON LOCK
    "$1" -m pip install --quiet --quiet --disable-pip-version-check --no-input --require-hashes -r "requirements/$2.lock"
}

case "$lock" in
smoke | clients | mutation)
    own=$lock venv=.venv/$lock
    if [ "$own" = smoke ]; then lock=runtime; fi
    if ! cmp -s "requirements/$lock.lock" "$venv/$lock.lock" || ! "$venv/bin/python" -c '' >/dev/null 2>&1; then
        python=$(find_python)
        echo "installing requirements/$lock.lock into $venv (once, until it changes)…"
        "$python" -m venv --clear "$venv"
        install "$venv/bin/python" "$lock"
        if [ "$own" = smoke ]; then "$venv/bin/python" -m pip --quiet --quiet uninstall --yes setuptools pip; fi
        cp "requirements/$lock.lock" "$venv/$lock.lock"
    fi
    exit 0
    ;;
esac

if ! "$venv/bin/python" -c "$suitable" >/dev/null 2>&1 || [ ! -x "$venv/bin/pip" ]; then
    python=$(find_python)
    echo "creating $venv with $("$python" --version)…"
    "$python" -m venv --clear "$venv"
fi

current() { cmp -s "requirements/$1.lock" "$venv/$1.lock"; }

if current "$lock"; then
    exit 0
fi
if [ -e "$venv/runtime.lock" ]; then
    echo "updating dependencies to requirements/$lock.lock…"
else
    echo "installing dependencies (about a minute, once)…"
fi
rm -f "$venv/runtime.lock" "$venv/dev.lock"
install "$venv/bin/python" "$lock"
cp requirements/runtime.lock "$venv/runtime.lock"
if [ "$lock" = dev ]; then
    cp requirements/dev.lock "$venv/dev.lock"
fi
