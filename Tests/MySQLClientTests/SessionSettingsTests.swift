import MySQLClient
import Testing

@Suite("What sessions are set to")
struct SessionSettingsTests {
    @Test("nothing is set to DEFAULT, which for a session is whatever the server's global value is")
    func explicit() {
        for settings in [SessionSettings.reading, .writing] {
            #expect(settings.statements(isMariaDB: false).allSatisfy { !$0.contains("DEFAULT") })
        }
    }

    @Test("a transaction that init_connect has begun ends first, without another beginning in its place")
    func first() {
        let statements = SessionSettings.reading.statements(isMariaDB: false)
        #expect(statements[0].contains("NO_CHAIN"))
        #expect(statements[1] == "ROLLBACK")
    }

    @Test("the limit of a statement's time goes by the server's own name for it")
    func limit() {
        let mySQL = SessionSettings.reading.statements(isMariaDB: false).joined(separator: ";")
        let mariaDB = SessionSettings.reading.statements(isMariaDB: true).joined(separator: ";")
        #expect(mySQL.contains("max_execution_time = 0") && !mySQL.contains("max_statement_time"))
        #expect(mariaDB.contains("max_statement_time = 0") && !mariaDB.contains("max_execution_time"))
    }

    @Test("sessions that read can write nothing, and those that write commit each statement")
    func access() {
        #expect(SessionSettings.reading.statements(isMariaDB: false).contains { $0.hasSuffix("READ ONLY") })
        #expect(SessionSettings.writing.statements(isMariaDB: false).contains { $0.hasSuffix("READ WRITE") })
        #expect(SessionSettings.writing.statements(isMariaDB: false).contains { $0.contains("autocommit = 1") })
    }
}
