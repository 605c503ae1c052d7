import MySQLProtocol
import NIOCore

/// A command that waits for its turn or its answer.
struct PendingCommand: Sendable {
    var command: Command
    var kind: ConnectionStateMachine.Kind
    /// Called once before the first row.
    var beginRows: @Sendable ([ColumnDefinition41]) throws -> Void = { _ in }
    /// Gets rows or events; a command without one must not have any.
    var consumer: (any PacketConsumer)?
    /// For the whole command, from when it is sent.
    var timeout: TimeAmount?
    /// For the silence between two reads while the consumer wants more.
    var silenceMax: TimeAmount?
    /// Fulfilled when the server asks for the data of `LOAD DATA LOCAL`.
    var localDataWanted: EventLoopPromise<Bool>?
    var outcome: EventLoopPromise<OKPacket>

    func fail(_ error: any Error) {
        localDataWanted?.fail(error)
        outcome.fail(error)
    }

    func succeed(_ packet: OKPacket) {
        localDataWanted?.succeed(false)
        outcome.succeed(packet)
    }
}
