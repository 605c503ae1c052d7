import MySQLProtocol
import Testing

@testable import MySQLReplication

@Suite("A view of the source") struct SourceSnapshotTests {
    private static let (one, two) = (
        "3e11fa47-71ca-11e1-9e33-c80aa9429562", "8a94f357-aab4-11df-86ab-c80aa9429562"
    )

    private func set(_ text: String) throws -> GTIDSet { try GTIDSet(parsing: text) }

    @Test("what was executed or owned after it, and not before, is uncertain")
    func uncertain() throws {
        let snapshot = SourceSnapshot(
            before: try set("\(Self.one):1-5"),
            owned: try set("\(Self.one):6-7,\(Self.two):3"),
            after: try set("\(Self.one):1-6:9")
        )
        #expect(snapshot.holds == (try set("\(Self.one):1-5")))
        #expect(snapshot.uncertain == (try set("\(Self.one):6-7:9,\(Self.two):3")))
        let quiet = SourceSnapshot(before: snapshot.holds, owned: GTIDSet(), after: snapshot.holds)
        #expect(quiet.uncertain.isEmpty)
    }

    @Test("gtid_owned names threads")
    func owned() throws {
        #expect(try SourceSnapshot.owned(parsing: "").isEmpty)
        for separator in ["", ",", ", "] {
            let text = "\(Self.one):23#12:24#130\(separator)\(Self.two):7#1"
            #expect(try SourceSnapshot.owned(parsing: text) == set("\(Self.one):23-24,\(Self.two):7"))
        }
        #expect(try SourceSnapshot.owned(parsing: "\(Self.one):tag:5#9") == set("\(Self.one):tag:5"))
    }
}
