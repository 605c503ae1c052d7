import Logging
import MySQLProtocol
import NIOCore
import NIOPosix

/// A connection on which the server sends its binlog: what a replica sees.
///
/// The consumer gets whole events (19 bytes of header, body, checksum where the server writes one), of any size, also
/// the artificial ones (ROTATE, FORMAT_DESCRIPTION, heartbeats). Checksums are left to the decoder.
/// https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_replication.html
package final class BinlogStream: Sendable {
    private let connection: MySQLConnection
    private let outcome: EventLoopFuture<OKPacket>

    private init(connection: MySQLConnection, outcome: EventLoopFuture<OKPacket>) {
        self.connection = connection
        self.outcome = outcome
    }

    /// Connects as a replica and starts the stream.
    ///
    /// - Parameters:
    ///   - serverID: not 0, and no other replica's: the server ends an older stream with the same id.
    ///   - encodedGTIDSet: what is already there, in the encoding of `COM_BINLOG_DUMP_GTID`; all else is sent.
    ///   - heartbeat: how often the server speaks when it has nothing to send. After 2.5 times this without a byte the
    ///     stream fails with `.timeout`, unless the consumer is paused.
    /// - Throws: ``MySQLError``. That the server cannot send from there (errno 1236) comes from ``wait()``.
    package static func start(
        on endpoint: MySQLEndpoint,
        serverID: UInt32,
        encodedGTIDSet: [UInt8],
        heartbeat: Duration = .seconds(2),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger = Logger(label: "leat.mysql"),
        consumer: any PacketConsumer
    ) async throws -> BinlogStream {
        let connection = try await MySQLConnection.connect(to: endpoint, on: group, logger: logger)
        do {
            guard !connection.isMariaDB else {
                throw MySQLError(.unsupported, "the binlog of MariaDB (\(endpoint.address)) is not supported")
            }
            for statement in sessionStatements(heartbeat: heartbeat) {
                try await connection.execute(statement, timeout: setUpTimeout)
            }
            try await register(serverID, on: connection)
        } catch {
            await connection.close()
            throw error
        }
        var dump = connection.command(
            .dumpBinlog(serverID: serverID, encodedGTIDSet: encodedGTIDSet),
            kind: .binlogDump,
            timeout: nil
        )
        dump.consumer = consumer
        dump.silenceMax = TimeAmount(heartbeat * 5 / 2)
        connection.submit(dump)
        return BinlogStream(connection: connection, outcome: dump.outcome.futureResult)
    }

    /// The stream's id on the server, for `KILL`.
    package var threadID: UInt32 { connection.threadID }

    package var serverVersion: String { connection.serverVersion }

    /// A consumer that had answered `.pause` has room again. From any thread.
    package func resume() { connection.resume() }

    /// Ends the stream; ``wait()`` then returns.
    package func stop() async { await connection.end(Stopped()) }

    /// Waits until the stream ends: returns after ``stop()``, throws for every other reason.
    ///
    /// - Throws: ``MySQLError``: the server's own (1236: it lacks what is needed), `.timeout` and `.closed` when the
    ///   network or the server went away; the consumer's error; `CancellationError`, which also ends the stream.
    package func wait() async throws {
        do {
            _ = try await connection.closingOnCancel { try await outcome.get() }
        } catch is Stopped {
            return
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        throw MySQLError(.closed, "the server at \(connection.endpoint.address) ended the binlog stream")
    }

    /// Asks to be a replica, which needs a privilege that the server's own error does not name.
    private static func register(_ serverID: UInt32, on connection: MySQLConnection) async throws {
        do {
            _ = try await connection.run(
                connection.command(.registerReplica(serverID: serverID), kind: .simple, timeout: setUpTimeout)
            )
        } catch let error as MySQLError where error.server?.errno == 1045 || error.server?.errno == 1227 {
            let user = connection.endpoint.user
            throw MySQLError(
                .server,
                "user '\(user)' may not read the binlog of \(connection.endpoint.address)",
                remedy: "GRANT REPLICATION SLAVE ON *.* TO '\(user)'@…",
                server: error.server
            )
        }
    }

    private struct Stopped: Error {}

    private static let setUpTimeout = Duration.seconds(10)

    /// What a session has to say before it asks for a binlog. Both names of each variable, since 8.0.26 and later read
    /// `source_…` and `replica_…`, older ones `master_…` and `slave_…`.
    static func sessionStatements(heartbeat: Duration) -> [String] {
        let (seconds, attoseconds) = heartbeat.components
        let nanoseconds = max(1_000_000, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        let uuid = randomUUID()
        return [
            "SET @source_binlog_checksum = @@GLOBAL.binlog_checksum, "
                + "@master_binlog_checksum = @@GLOBAL.binlog_checksum",
            "SET @source_heartbeat_period = \(nanoseconds), @master_heartbeat_period = \(nanoseconds)",
            "SET @replica_uuid = '\(uuid)', @slave_uuid = '\(uuid)'",
            // A consumer that is paused for minutes is no reason to end the stream.
            "SET SESSION net_write_timeout = 3600",
        ]
    }

    private static func randomUUID() -> String {
        let digits = (0..<16).map { _ -> String in
            let byte = UInt8.random(in: 0...255)
            return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        let groups = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16]
        return groups.map { digits[$0].joined() }.joined(separator: "-")
    }
}
