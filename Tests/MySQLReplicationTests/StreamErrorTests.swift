import LeatState
import MySQLProtocol
import PipelineCore
import Testing

@testable import MySQLReplication

@Suite("Errors of the stream")
struct StreamErrorTests {
    @Test(
        "what no waiting can cure is final, and says what to do",
        arguments: [
            BinlogError.unknownEvent(type: 99), .unsupportedEvent(type: 15), .unknownCompression(7),
            .unknownChecksumAlgorithm(9), .eventTooLarge(bytes: 2, limit: 1),
        ]
    )
    func final(error: BinlogError) {
        let stream = StreamError(error)
        #expect(stream.isFatal)
        #expect(stream.explanation.remedy.contains("--copy-again"))
        #expect(StreamError.incident.isFatal && StreamError.anonymousTransaction.isFatal)
    }

    @Test("damage is tried again, also on other hosts, and is final where the stream comes no further")
    func damage() throws {
        var failures = StreamFailures()
        let position = try GTIDSet(parsing: "\(BinlogWriter.uuid):1-5")
        for _ in 1..<StreamFailures.attemptsMax {
            #expect(!failures.note(BinlogError.truncated(type: 2), received: position).isFatal)
        }
        #expect(failures.note(BinlogError.truncated(type: 2), received: position).isFatal)
        // A transaction further it counts from the beginning.
        let further = try GTIDSet(parsing: "\(BinlogWriter.uuid):1-6")
        #expect(!failures.note(StreamError.unknownTable, received: further).isFatal)
    }

    @Test("an event of a type that is not known and not ignorable ends the stream for good")
    func unknownEvent() throws {
        let decoder = StreamDecoder(
            limits: .init(rows: 1, bytes: 1, interval: .zero, outstandingBytes: 1),
            received: GTIDSet(),
            plan: try ReplayPlan([]),
            isWanted: { _ in true }
        )
        let event = BinlogWriter.event(type: 99, [1, 2, 3])
        let error = #expect(throws: StreamError.self) { try event.withUnsafeBytes { try decoder.consume($0) } }
        #expect(error?.isFatal == true)
    }
}
