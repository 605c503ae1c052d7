/// What to start, where, and how big.
public struct LocalStackOptions: Sendable {
    /// The folder that holds everything: data, logs, configuration, secrets. Created if it is missing.
    public var home: String
    public var ports: PortChoice = .remembered
    /// The servers to start. A replica brings its primary along.
    public var servers: Set<StackServer> = Set(StackServer.allCases)
    public var memory = StackMemory()

    /// Folders to look for the servers' executables in, in this order. Nil: `bin` of the cache folder that
    /// `scripts/bootstrap` fills (`LEAT_CACHE`, else `~/.cache/leat`), then `PATH`.
    public var binaryFolders: [String]?

    /// Trades durability after a loss of power for speed (`sync_binlog=0` and the like). A killed process loses
    /// nothing either way. For tests.
    public var relaxedDurability = false

    /// Prometheus rule files by name (`leat.rules.yml`), written beside its configuration.
    public var prometheusRules: [String: String] = [:]
    /// How often Prometheus scrapes and evaluates, in seconds.
    public var scrapeIntervalSeconds = 5

    /// Free space, in bytes, below which nothing is started.
    public var freeSpaceMin = 2 << 30
    /// How long one server may take until it answers, in addition to creating its data folder.
    public var startTimeout: Duration = .seconds(90)
    /// How long one server may take to end after SIGTERM, before SIGKILL.
    public var stopTimeout: Duration = .seconds(30)
    /// The first delay before a server that died is started again; doubled each time, up to `restartDelayMax`.
    public var restartDelay: Duration = .milliseconds(250)
    public var restartDelayMax: Duration = .seconds(30)
    /// After so many failures in a row `supervise()` gives up and throws.
    public var restartsMax = 10

    /// - Parameter home: absolute, or relative to the current folder.
    public init(home: String) {
        self.home = home
    }
}
