/// What `leat up` knows when it writes its `leat.yaml`. Passwords stay in files beside it.
public struct LocalStackFile: Sendable, Hashable {
    public struct Influx: Sendable, Hashable {
        public var url: String
        public var database: String
        public var user: String
        public var passwordFile: String

        public init(url: String, database: String, user: String, passwordFile: String) {
            self.url = url
            self.database = database
            self.user = user
            self.passwordFile = passwordFile
        }
    }

    /// The replica first: it bears the reading.
    public var mySQLHosts: [HostAddress]
    /// Where the heartbeat is written; none is if nil.
    public var mySQLPrimary: HostAddress?
    public var mySQLUser: String
    /// Relative to the file's folder, or absolute.
    public var mySQLPasswordFile: String
    public var clickHouseURL: String
    public var clickHouseUser: String
    public var clickHousePasswordFile: String
    public var consoleListen: HostAddress
    public var influx: Influx?

    public init(
        mySQLHosts: [HostAddress],
        mySQLPrimary: HostAddress? = nil,
        mySQLUser: String,
        mySQLPasswordFile: String,
        clickHouseURL: String,
        clickHouseUser: String,
        clickHousePasswordFile: String,
        consoleListen: HostAddress,
        influx: Influx? = nil
    ) {
        self.mySQLHosts = mySQLHosts
        self.mySQLPrimary = mySQLPrimary
        self.mySQLUser = mySQLUser
        self.mySQLPasswordFile = mySQLPasswordFile
        self.clickHouseURL = clickHouseURL
        self.clickHouseUser = clickHouseUser
        self.clickHousePasswordFile = clickHousePasswordFile
        self.consoleListen = consoleListen
        self.influx = influx
    }
}
