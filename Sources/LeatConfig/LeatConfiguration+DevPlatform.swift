extension LeatConfiguration {
    /// The commented `leat.yaml` that `leat up` writes: every database of its MySQL, and its InfluxDB database.
    package static func yamlForDevPlatform(_ stack: DevPlatformFile) -> String {
        let hosts = stack.mySQLHosts.map { quoted($0.description) }.joined(separator: ", ")
        let heartbeat =
            stack.mySQLPrimary.map { "{host: \(quoted($0.description)), table: leat_heartbeat.heartbeat}" } ?? "null"
        let influx =
            stack.influx.map { influx in
                """

                  fleet:                        # needs an administrator: new points are pushed by a subscription
                    influxdb:
                      url: \(quoted(influx.url))
                      database: \(quoted(influx.database))
                      user: \(quoted(influx.user))
                      password-file: \(quoted(influx.passwordFile))
                      lookback: 15m             # how far back late points are looked for
                    objectives:
                      freshness: {below: 5s, target: 99.9%}
                      completeness: {target: 99.9%}
                      schema-drift: {target: 100%}
                """
            } ?? ""
        return """
            # Written by `leat up`. Every key is explained in docs/configuration.md.
            # Passwords are in files beside this one; paths are relative to this file's folder.

            sources:
              local:                        # the pipeline's name: in metrics, logs and `leat status`
                mysql:
                  hosts: [\(hosts)]   # in order of preference; the next one takes over
                  user: \(quoted(stack.mySQLUser))
                  password-file: \(quoted(stack.mySQLPasswordFile))
                  tls: preferred            # disabled | preferred | required | verify-ca | verify-full
                  tables: ["*.*"]           # every database but MySQL's own; "!shop.sessions" leaves a table out
                  snapshot: {connections: 4, rows-per-second: unlimited}
                  # A row each second that goes the whole way, for leat_heartbeat_row_lag_seconds.
                  heartbeat: \(heartbeat)
                objectives:                 # what it is held to: `leat status` shows how well
                  freshness: {below: 5s, target: 99.9%}
                  completeness: {target: 99.9%}
                  verified-age: {below: 24h, target: 99%}
                  schema-drift: {target: 100%}\(influx)

            warehouse:
              clickhouse:
                url: \(quoted(stack.clickHouseURL))
                user: \(quoted(stack.clickHouseUser))
                password-file: \(quoted(stack.clickHousePasswordFile))
                durability: strict          # relaxed: faster, but a power cut may lose acknowledged rows

            # A batch is written when it reaches one of these.
            batches: {rows: 100000, bytes: 32MiB, interval: 500ms}
            verification: {background: on, source-share: 4%, interval: 2m, warehouse-share: 20%}

            console: {listen: \(quoted(stack.consoleListen.description))}

            """
    }

    /// A double-quoted YAML scalar that no environment variable is put into.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        // `${` would be a variable; `$${` is not.
        return quoted.replacing("${", with: "$${") + "\""
    }
}
