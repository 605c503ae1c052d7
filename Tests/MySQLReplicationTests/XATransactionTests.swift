import Testing

@testable import MySQLReplication

@Suite("Prepared XA transactions")
struct XATransactionTests {
    @Test("both parts of a name are distinguished by their lengths")
    func parts() {
        let found = XATransaction(["1", "3", "2", "0x6162637879"])
        #expect(found?.formatID == 1 && found?.globalID == "616263" && found?.branch == "7879")
        #expect(XATransaction(["1", "3", "2"]) == nil)
    }
}
