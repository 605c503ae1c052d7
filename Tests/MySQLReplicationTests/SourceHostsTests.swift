import MySQLClient
import MySQLProtocol
import Testing

@testable import MySQLReplication

@Suite("The hosts of a source")
struct SourceHostsTests {
    private let first = MySQLEndpoint(host: "one", user: "u", password: "")
    private let second = MySQLEndpoint(host: "two", user: "u", password: "")

    @Test("the next host is used from then on, and after the last the first")
    func order() {
        let hosts = SourceHosts([first, second])
        #expect(hosts.current == first)
        #expect(hosts.next(after: first) == second)
        #expect(hosts.current == second)
        #expect(hosts.next(after: second) == first)
    }

    @Test("a host that is not in use any more does not cause another change")
    func lateFailure() {
        let hosts = SourceHosts([first, second])
        hosts.next(after: first)
        #expect(hosts.next(after: first) == second)
    }

    @Test("a host counts as examined from its admission until the next one is chosen")
    func admitted() {
        let hosts = SourceHosts([first, second])
        #expect(!hosts.isAdmitted)
        hosts.admitted(first, absent: GTIDSet())
        #expect(hosts.isAdmitted)
        hosts.next(after: second)
        #expect(hosts.isAdmitted)
        hosts.next(after: first)
        #expect(!hosts.isAdmitted)
    }

    @Test("whoever asks for the present host after a change is given the new one")
    func present() {
        let hosts = SourceHosts([first, second])
        let endpoint: @Sendable () -> MySQLEndpoint = { [hosts] in hosts.current }
        hosts.next(after: first)
        #expect(endpoint() == second)
    }
}
