import MySQLClient
import Testing

@testable import Verification

@Suite("The source's load") struct SourceLoadTests {
    private static func wait(_ load: SourceLoad) -> String? {
        load.reasonToWait(threadsRunningMax: 40, secondsBehindMax: 30)
    }

    @Test("does not hold up the comparison while there is little to do")
    func idle() {
        #expect(Self.wait(SourceLoad(threadsRunning: 40, secondsBehind: 30)) == nil)
        #expect(Self.wait(SourceLoad(threadsRunning: 1, replica: nil)) == nil)
    }

    @Test("holds it up while many statements run")
    func threads() {
        #expect(Self.wait(SourceLoad(threadsRunning: 41)) == "41 statements run at the source")
    }

    @Test("holds it up while a replica falls behind, but not for what it is behind on purpose")
    func lag() {
        func load(_ behind: Int?, _ delay: Int = 0) -> SourceLoad {
            let status = ReplicaStatus(isReceiving: true, isApplying: true, secondsBehind: behind, intendedDelay: delay)
            return SourceLoad(threadsRunning: 1, replica: status)
        }
        #expect(Self.wait(load(31)) == "the host that is read is 31 s behind its source")
        #expect(Self.wait(load(3600, 3600)) == nil)
        #expect(Self.wait(load(3631, 3600)) == "the host that is read is 31 s behind its source")
        // Its replication has stopped.
        #expect(Self.wait(load(nil)) == nil)
    }
}
