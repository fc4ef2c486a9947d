# shellcheck shell=bash disable=SC2034
# Shared by the scripts of this folder, which source it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# What is installed for this project alone: nothing outside this folder, and it can be deleted at any time.
cache=${VESTIBULE_CACHE_DIR:-$root/.cache}

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Does somebody listen there? Bash opens the connection itself, so that no further program is needed.
port_taken() { (: <>"/dev/tcp/$1/$2") 2>/dev/null; }

# The first Python that can make a virtual environment: Debian's comes without unless python3-venv is there, and a
# version manager's may stand before it.
python_with_venv() {
    local python
    for python in python3 /usr/bin/python3; do
        if has "$python" && "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

# Installs a tool of crates.io under .cache/tools/bin, unless this version is there.
install_tool() { # crate, version
    local tools=$cache/tools
    grep -qsF "\"$1 $2 " "$tools/.crates2.json" && return
    say "installing $1 $2"
    # They run for a second or start something else, so that building them fast is worth more than a fast program.
    CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        CARGO_TARGET_DIR=$tools/target cargo install --quiet --locked --root "$tools" "$1@$2"
    rm -rf "$tools/target"
}
