import HTTPTransport

/// Where an InfluxDB server answers the v1 API, and as whom to talk to it.
///
/// 1.x checks user and password; 2.x (with a v1 mapping of the database) and 3 Core take a token. Both are sent in a
/// header and appear in no description.
package struct InfluxEndpoint: Sendable, Hashable {
    /// How requests are authenticated.
    package enum Authentication: String, Sendable, Hashable, Codable, CaseIterable {
        /// `Authorization: Basic`, with user and password. Nothing is sent where both are empty.
        case basic
        /// `Authorization: Token`, with the password as token.
        case token
    }

    /// `http://host:port` or `https://host:port`, with a path where a proxy needs one; no user, query or fragment.
    package var url: String
    package var database: String
    package var user: String
    package var password: String
    package var authentication: Authentication

    package init(
        url: String,
        database: String,
        user: String = "",
        password: String = "",
        authentication: Authentication = .basic
    ) {
        self.url = url
        self.database = database
        self.user = user
        self.password = password
        self.authentication = authentication
    }

    /// The URL without a slash at its end, if it is one that can be used.
    var checkedURL: String? { HTTPAddress.checked(url) }
}

extension InfluxEndpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let who = authentication == .token ? "token" : user.isEmpty ? "anybody" : user
        return "\(database) at \(checkedURL ?? "an unusable URL") as \(who)"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror {
        Mirror(self, children: ["url": checkedURL ?? "unusable", "database": database, "user": user])
    }
}
