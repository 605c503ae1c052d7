/// What to start, where, and how big.
package struct ServerStackOptions: Sendable {
    /// The folder that holds everything: data, logs, configuration, secrets. Created if it is missing.
    package var home: String
    package var ports: PortChoice = .remembered
    /// The servers to start. A replica brings its primary along.
    package var servers: Set<StackServer> = Set(StackServer.allCases)
    package var memory = StackMemory()

    /// Folders to look for the servers' executables in, in this order. Nil: `bin` of the cache folder that
    /// `scripts/bootstrap` fills (`LEAT_CACHE`, else `~/.cache/leat`), then `PATH`.
    package var binaryFolders: [String]?

    /// Trades durability after a loss of power for speed (`sync_binlog=0` and the like). A killed process loses
    /// nothing either way. For tests.
    package var relaxedDurability = false

    /// Prometheus rule files by name (`leat.rules.yml`), written beside its configuration.
    package var prometheusRules: [String: String] = [:]
    /// How often Prometheus scrapes and evaluates, in seconds.
    package var scrapeIntervalSeconds = 5

    /// Free space, in bytes, below which nothing is started.
    package var freeSpaceMin = 2 << 30
    /// How long one server may take until it answers, in addition to creating its data folder.
    package var startTimeout: Duration = .seconds(90)
    /// How long one server may take to end after SIGTERM, before SIGKILL.
    package var stopTimeout: Duration = .seconds(30)
    /// The first delay before a server that died is started again; doubled each time, up to `restartDelayMax`.
    package var restartDelay: Duration = .milliseconds(250)
    package var restartDelayMax: Duration = .seconds(30)
    /// After this many failures in a row `supervise()` gives up and throws.
    package var restartsMax = 10

    /// - Parameter home: absolute, or relative to the current folder.
    package init(home: String) {
        self.home = home
    }
}
