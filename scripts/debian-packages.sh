# Fetches Debian packages and unpacks them beside the system, with an apt of our own that leaves the system's alone.
# A part of scripts/bootstrap, which sources it: `fail`, `say`, the watch, the pins and the folders are there.

instead() { # what else the user can do about a server that cannot be fetched
    case $1 in
    mysql) echo "or install MySQL $MYSQL_MIN or later and have mysqld, mysql, mysqladmin, mysqldump and mysqlbinlog on PATH" ;;
    clickhouse) echo "or install ClickHouse $CLICKHOUSE_MIN or later and have clickhouse-server on PATH" ;;
    influxdb) echo "or install InfluxDB 1.x and have influxd and influx on PATH" ;;
    prometheus) echo "or install Prometheus and have prometheus and promtool on PATH" ;;
    alertmanager) echo "or install Alertmanager and have alertmanager on PATH" ;;
    *) echo "or install the packages liblz4-dev and libzstd-dev yourself" ;;
    esac
}

require_debian_tools() {
    local tool
    [[ $(uname -s) == Linux ]] || fail "fetching servers is made for Linux; this is $(uname -s)" \
        "install them with this system's package manager and run again: they are found on PATH"
    for tool in apt-get dpkg-deb dpkg; do
        command -v "$tool" >/dev/null || fail "$tool is missing: $1 is fetched as Debian packages" \
            "run on Debian or Ubuntu" "$(instead "$1")"
    done
}

# The mirror that this machine already uses for Debian itself (not for its security updates or for third parties).
debian_mirror() {
    if [[ -n ${LEAT_DEBIAN_MIRROR:-} ]]; then
        printf '%s\n' "${LEAT_DEBIAN_MIRROR%/}"
        return 0
    fi
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk '$3 == "main" && $2 !~ /security|backports/ &&
             $2 ~ /^(bookworm|trixie|forky|duke|sid|unstable|testing|stable|oldstable)/ { sub("/$", "", $1); print $1; exit }'
}

# private_apt COMPONENT SUITE: an apt of its own below $WORK, that knows this suite only and thinks nothing is installed.
# Signatures are checked as always; apt's proxy and credentials settings of the machine stay in force.
private_apt() {
    local component=$1 suite=$2 mirror keyring='' option=''
    require_debian_tools "$component"
    mirror=$(debian_mirror)
    [[ -n $mirror ]] || fail "this machine's apt sources name no Debian mirror to fetch $component from" \
        "set LEAT_DEBIAN_MIRROR to one (for example http://deb.debian.org/debian) and install debian-archive-keyring" \
        "$(instead "$component")"
    for keyring in "${LEAT_DEBIAN_KEYRING:-}" /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
        [[ -n $keyring && -r $keyring ]] && break
        keyring=
    done
    [[ -n $keyring ]] && option="[signed-by=$keyring] "
    APT=$WORK/apt-$suite
    [[ " $suites_read " == *" $suite "* ]] && return 0
    mkdir -p "$APT"/{lists,cache/archives}/partial "$APT/etc"
    : >"$APT/status"
    printf 'deb %s%s %s main\n' "$option" "$mirror" "$suite" >"$APT/etc/sources.list"
    cat >"$APT/etc/apt.conf" <<TEXT
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear APT::Update::Pre-Invoke;
Dir::State "$APT";
Dir::State::Lists "$APT/lists";
Dir::State::status "$APT/status";
Dir::Cache "$APT/cache";
Dir::Cache::archives "$APT/cache/archives";
Dir::Etc::sourcelist "$APT/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Log "$APT";
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
APT::Get::List-Cleanup "false";
APT::Install-Recommends "false";
APT::Architecture "$(dpkg --print-architecture)";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
TEXT
    say "$(printf '%-13s' "$component") reading the package lists of Debian $suite"
    run_apt "$component" update
    suites_read+=" $suite"
}
suites_read=

# run_apt COMPONENT ARGS...: apt with the private configuration; says what went wrong in our own words.
run_apt() {
    local component=$1 log=$LOGS/$1.log
    shift
    if LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -c "$APT/etc/apt.conf" -q "$@" >>"$log" 2>&1 &&
        ! grep -qE '^(E|W): (Failed to fetch|GPG error|The repository|Some index files failed)' "$log"; then
        return 0
    fi
    stop_watch
    local cause remedy line
    line=$(grep -E '^(E|W): ' "$log" | grep -vE 'Some index files|Target .* is configured' | tail -n 1 || true)
    if grep -qE 'NO_PUBKEY|GPG error|is not signed|EXPKEYSIG|KEYEXPIRED' "$log"; then
        cause="the signature of the Debian mirror's package list cannot be checked"
        remedy="apt-get install debian-archive-keyring   (or set LEAT_DEBIAN_KEYRING to a newer keyring)"
    elif grep -qE 'Unable to locate package|no installation candidate|Couldn.t find any package' "$log"; then
        cause="the packages of $component are no longer in Debian $suite_now"
        remedy="look for a newer version of Leat"
    elif grep -qE 'unmet dependencies|held broken' "$log"; then
        cause="the packages of $component in Debian $suite_now do not fit together at the moment"
        remedy="try again tomorrow"
    elif grep -qE 'No space left|enough free space' "$log"; then
        cause="no space is left in $CACHE"
        remedy="free some space, or set LEAT_CACHE to a folder on another disk"
    elif grep -qE 'Temporary failure resolving|Could not (connect|resolve)|Connection (timed out|refused)|Network is unreachable|Unable to connect' "$log"; then
        cause="the Debian mirror is out of reach"
        remedy="check the network and apt's proxy settings, then run again: finished downloads are kept"
    elif grep -q 'does not have a Release file' "$log"; then
        cause="the Debian mirror has no suite $suite_now"
        remedy="set LEAT_DEBIAN_MIRROR to another mirror"
    elif grep -qE ' 40[34] ' "$log"; then
        cause="the Debian mirror does not have what it lists"
        remedy="run again in some minutes, or set LEAT_DEBIAN_MIRROR to another mirror"
    else
        cause="apt could not fetch $component"
        remedy="see $log"
    fi
    fail "$cause${line:+ ($line)}" "$remedy" "$(instead "$component")"
}
suite_now=

# fetch_packages COMPONENT SUITE closure|alone PACKAGES...: unpacks them into $WORK/unpack; sets `fetched_version` to the
# first package's version. With `closure` everything that they depend on comes too, the C library included.
fetch_packages() {
    local component=$1 suite=$2 how=$3 bytes package debs=$WORK/debs-$1
    shift 3
    suite_now=$suite
    : >"$LOGS/$component.log"
    private_apt "$component" "$suite"
    rm -rf "$WORK/unpack"
    mkdir -p "$WORK/unpack" "$debs"
    local command=(install -y -d)
    [[ $how == alone ]] && command=(download)
    # A dry run first: it tells what is missing before anything is fetched, and how much there is to fetch.
    run_apt "$component" "${command[@]}" --print-uris "$@"
    bytes=$(awk "/^'/ { sum += \$3 } END { printf \"%d\", sum }" "$LOGS/$component.log")
    if [[ $how == alone ]]; then
        start_watch "$component" "$debs" "$bytes"
        (cd "$debs" && run_apt "$component" download "$@")
    else
        # What an interrupted run has fetched stays, unless newer versions have replaced it meanwhile.
        debs=$APT/cache/archives
        run_apt "$component" autoclean
        start_watch "$component" "$debs" "$bytes"
        run_apt "$component" install -y -d "$@"
    fi
    stop_watch
    say "$(printf '%-13s' "$component") unpacking"
    for package in "$debs"/*.deb; do
        dpkg-deb -x "$package" "$WORK/unpack" >>"$LOGS/$component.log" 2>&1 ||
            fail "cannot unpack ${package##*/}" "see $LOGS/$component.log"
    done
    fetched_version=$(dpkg-deb -f "$(printf '%s\n' "$debs/$1"_*.deb | tail -n 1)" Version)
    rm -rf "$WORK/unpack"/usr/share/{doc,man,locale,perl,perl5,lintian,bug,icu} \
        "$WORK/unpack"/usr/lib/*/{perl,perl5,perl-base} "$WORK/unpack"/usr/bin/perl*
    downloaded=$debs
}
fetched_version= downloaded=

# publish COMPONENT: what is in $WORK/unpack becomes CACHE/COMPONENT.
publish() {
    rm -rf "$CACHE/.old-$1"
    [[ -e $CACHE/$1 ]] && mv "$CACHE/$1" "$CACHE/.old-$1"
    mv "$WORK/unpack" "$CACHE/$1"
    rm -rf "$CACHE/.old-$1"
    [[ -z $downloaded ]] || rm -f "$downloaded"/*.deb
    downloaded=
}
