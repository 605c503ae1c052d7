import MySQLProtocol
import Testing

private let first = "00000000-0000-0000-0000-000000000001"
private let second = "3e11fa47-71ca-11e1-9e33-c80aa9429562"

/// What is expected here is what MySQL 9.7 answered to `GTID_SUBTRACT(text, '')` and the like.
@Suite("GTIDSet")
struct GTIDSetTests {
    @Test(
        "parses and prints as MySQL does",
        arguments: [
            ("", ""),
            ("\(second):1-3:5", "\(second):1-3:5"),
            (" 3E11FA47-71CA-11E1-9E33-C80AA9429562 : 1 - 3 : 5 ", "\(second):1-3:5"),
            ("3E11FA4771CA11E19E33C80AA9429562:1", "\(second):1"),
            ("{\(second)}:1", "\(second):1"),
            ("\(second):5:1-3:4", "\(second):1-5"),
            ("\(second):1-3,\(first):7,\(second):9", "\(first):7,\n\(second):1-3:9"),
            (",,\(second):1,,", "\(second):1"),
            ("\(second):TAG:1-5", "\(second):tag:1-5"),
            ("\(second):1:tag:1-5:2:btag:7:atag:9,\(first):1", "\(first):1,\n\(second):1:atag:9:btag:7:tag:1-5"),
            ("\(second):9223372036854775806", "\(second):9223372036854775806"),
            ("\(second):_t1:1,\(second):_t1:2-3", "\(second):_t1:1-3"),
            ("\(second):01-003", "\(second):1-3"),
            ("\(second):abcdefghijklmnopqrstuvwxyz012345:1", "\(second):abcdefghijklmnopqrstuvwxyz012345:1"),
            ("\(second): tag :1", "\(second):tag:1"),
            ("\(first):1-3,\n\(second):1", "\(first):1-3,\n\(second):1"),
        ]
    )
    func text(text: String, printed: String) throws {
        let set = try GTIDSet(parsing: text)
        #expect(set.description == printed)
        #expect(try GTIDSet(parsing: set.singleLine) == set)
        #expect(try GTIDSet(encoded: set.encodedForDump()) == set)
    }

    @Test(
        "refuses what MySQL refuses, and two forms that it reads as nothing",
        arguments: [
            "\(second):", "\(second):tag:", "\(second):0", "\(second):9223372036854775807", "\(second):1-",
            "\(second):1--2",
            "\(second)::1", "\(second):1:", "\(second):1tag:1", "\(second):abcdefghijklmnopqrstuvwxyz0123456:1",
            "\(second):t-1:1", "\(second):+1", "\(second):1-+2", "\(second):a:1:\(first):2", "x", "3e11fa47:1",
            "\(second)0:1", "3e11fa47-71ca-11e1-9e33-c80aa942956g:1", "\(second):3-1", second,
        ]
    )
    func invalid(text: String) {
        #expect(throws: GTIDError.self) { try GTIDSet(parsing: text) }
    }

    @Test(
        "subsets and differences as MySQL computes them",
        arguments: [
            (":1-10", ":3-4:7", false, ":1-2:5-6:8-10"), (":1-10", ":1-10", true, ""),
            (":a:1-5", ":1-5", false, ":a:1-5"), ("", ":1", true, ""),
            (":1-5:a:1-3", ":2:a:2", false, ":1:3-5:a:1:3"), (":5", ":1-4:6-9", false, ":5"), (":5", ":1-9", true, ""),
        ]
    )
    func difference(left: String, right: String, isSubset: Bool, difference: String) throws {
        func set(_ text: String) throws -> GTIDSet { try GTIDSet(parsing: text.isEmpty ? "" : second + text) }
        #expect(try set(right).isSuperset(of: set(left)) == isSubset)
        #expect(try set(left).subtracting(set(right)) == set(difference))
        #expect(try set(left).intersection(set(right)) == set(left).subtracting(set(difference)))
    }

    @Test("behaves as a set of numbers does")
    func model() throws {
        var random = SplitMix64(state: 11)
        let uuid = try MySQLUUID(parsing: second)
        for _ in 0..<200 {
            var sets = [GTIDSet(), GTIDSet()]
            var models: [Set<Int>] = [[], []]
            for side in 0..<2 {
                for _ in 0..<random.below(30) {
                    let number = 1 + random.below(40)
                    sets[side].insert(try GTID(uuid: uuid, sequence: Int64(number)))
                    models[side].insert(number)
                }
            }
            let union = sets[0].union(sets[1])
            let difference = sets[0].subtracting(sets[1])
            for number in 1...41 {
                let gtid = try GTID(uuid: uuid, sequence: Int64(number))
                #expect(sets[0].contains(gtid) == models[0].contains(number))
                #expect(union.contains(gtid) == models[0].union(models[1]).contains(number))
                #expect(difference.contains(gtid) == models[0].subtracting(models[1]).contains(number))
            }
            #expect(union.transactionCount == UInt64(models[0].union(models[1]).count))
            #expect(difference.isEmpty == models[0].isSubset(of: models[1]))
            #expect(sets[0].isSuperset(of: sets[1]) == models[0].isSuperset(of: models[1]))
            #expect((sets[0] == sets[1]) == (models[0] == models[1]))
            #expect(try GTIDSet(parsing: union.description) == union)
            #expect(try GTIDSet(encoded: union.encodedForDump()) == union)
        }
    }

    @Test("is encoded as servers encode it, in the tagged form only if need be")
    func encoding() throws {
        let uuid: [UInt8] = [
            0x3E, 0x11, 0xFA, 0x47, 0x71, 0xCA, 0x11, 0xE1, 0x9E, 0x33, 0xC8, 0x0A, 0xA9, 0x42, 0x95, 0x62,
        ]
        func word(_ value: UInt64) -> [UInt8] { EventBytes.integer(value) }
        #expect(GTIDSet().encodedForDump() == word(0))
        #expect(
            try GTIDSet(parsing: "\(second):1-3:5").encodedForDump()
                == word(1) + uuid + word(2) + word(1) + word(4) + word(5) + word(6)
        )
        #expect(
            try GTIDSet(parsing: "\(second):1-3:tag:5").encodedForDump()
                == [1, 2, 0, 0, 0, 0, 0, 1] + uuid + [0] + word(1) + word(1) + word(4)
                + uuid + [6] + Array("tag".utf8) + word(1) + word(5) + word(6)
        )
    }

    @Test("a transaction that is not the next costs no more memory than it must")
    func order() throws {
        let uuid = try MySQLUUID(parsing: second)
        var set = GTIDSet()
        for number in (1...1000).reversed() { set.insert(try GTID(uuid: uuid, sequence: Int64(number))) }
        #expect(set.description == "\(second):1-1000")
        #expect(set.transactionCount == 1000)
        let all = try GTIDSet(parsing: "\(second):1-9223372036854775806,\(first):1-9223372036854775806,\(first):a:1-9")
        #expect(all.transactionCount == .max)
    }

    @Test("a GTID prints as in gtid_next")
    func single() throws {
        let uuid = try MySQLUUID(parsing: second)
        #expect(try GTID(uuid: uuid, sequence: 5).description == "\(second):5")
        #expect(try GTID(uuid: uuid, tag: "a_1", sequence: 5).description == "\(second):a_1:5")
        #expect(throws: GTIDError.invalidTag) { try GTID(uuid: uuid, tag: "1a", sequence: 5) }
        #expect(throws: GTIDError.invalidInterval) { try GTID(uuid: uuid, sequence: 0) }
    }

    @Test("of a bounded set the oldest intervals are forgotten, those of other sources are not")
    func bounded() throws {
        var set = try GTIDSet(parsing: "\(second):1")
        let source = try MySQLUUID(parsing: first)
        for sequence in stride(from: Int64(1), through: 9, by: 2) {
            set.insert(try GTID(uuid: source, sequence: sequence), keepingNewest: 2)
        }
        #expect(set == (try GTIDSet(parsing: "\(first):7:9,\(second):1")))
    }
}
