/// What `leat up` knows when it writes its `leat.yaml`. Passwords stay in files beside it.
package struct DevPlatformFile: Sendable, Hashable {
    /// Where the platform's InfluxDB is, and what is read from it.
    package struct Influx: Sendable, Hashable {
        package var url: String
        package var database: String
        package var user: String
        package var passwordFile: String

        package init(url: String, database: String, user: String, passwordFile: String) {
            self.url = url
            self.database = database
            self.user = user
            self.passwordFile = passwordFile
        }
    }

    /// The replica first: it bears the reading.
    package var mySQLHosts: [HostAddress]
    /// Where the heartbeat is written; none is if nil.
    package var mySQLPrimary: HostAddress?
    package var mySQLUser: String
    /// Relative to the file's folder, or absolute.
    package var mySQLPasswordFile: String
    package var clickHouseURL: String
    package var clickHouseUser: String
    package var clickHousePasswordFile: String
    package var consoleListen: HostAddress
    package var influx: Influx?

    package init(
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
