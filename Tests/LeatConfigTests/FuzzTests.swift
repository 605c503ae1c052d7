import Foundation
import LeatConfig
import Testing

@Suite("Damaged configuration files")
struct FuzzTests {
    @Test("are read or refused with a place, and never trap")
    func mutations() throws {
        // A fixed sequence (SplitMix64), so that a failure can be run again.
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
        }
        let stack = DevPlatformFile(
            mySQLHosts: [HostAddress(host: "::1", port: 3306)],
            mySQLUser: "leat",
            mySQLPasswordFile: "a",
            clickHouseURL: "http://h",
            clickHouseUser: "u",
            clickHousePasswordFile: "b",
            consoleListen: HostAddress(host: "127.0.0.1", port: 1)
        )
        let seed = Array(
            LeatConfiguration.yamlForDevPlatform(stack).replacingOccurrences(of: "password-file", with: "password").utf8
        )
        let fragments = [
            "\"", "'", "{", "}", "[", "]", ":", "\n", "  ", "- ", "${", "${X}", "*a", "&a ", "!!int ", "null",
            "999999999999999999999",
            "|\n", "? ", "---\n", "%", "\t", "<<: ", "é", "tables:\n  a.b: {dates: text}\n",
        ].map { Array($0.utf8) }
        var refused = 0
        for _ in 0..<2000 {
            var bytes = seed
            for _ in 0...next(3) {
                let place = next(bytes.count + 1)
                switch next(4) {
                case 0: bytes.insert(contentsOf: fragments[next(fragments.count)], at: place)
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2 where place < bytes.count: bytes[place] = UInt8(next(128))
                default: bytes.removeSubrange(place..<min(bytes.count, place + next(40)))
                }
            }
            do {
                _ = try parse(String(decoding: bytes, as: UTF8.self), environment: ["X": "x"])
            } catch {
                let error = try #require(error as? ConfigurationError)
                #expect(!error.cause.isEmpty && !error.remedy.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 200 && refused < 1950)
    }
}
