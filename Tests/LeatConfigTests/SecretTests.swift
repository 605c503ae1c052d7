import LeatConfig
import Testing

@Suite("Secrets")
struct SecretTests {
    @Test("do not show when printed, interpolated, dumped or reflected")
    func hidden() {
        let secret = Secret("pa55word")
        var dumped = ""
        dump(["key": secret], to: &dumped)
        let source = LeatConfiguration.MySQL(hosts: [], user: "u", password: secret)
        var nested = ""
        dump(source, to: &nested)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped, "\(source)", nested] {
            #expect(!text.contains("pa55word"))
            #expect(text.contains("<secret>"))
        }
        #expect(secret.reveal() == "pa55word")
    }
}
