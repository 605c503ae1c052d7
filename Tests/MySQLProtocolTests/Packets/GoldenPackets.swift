/// Packets' payloads as they came from real servers: MySQL 9.7.4 and MariaDB 10.11.19.
enum GoldenPackets {
    static let mysqlHandshake = hexBytes(
        """
        0a392e372e342d3200c2000000700c69034458363f00ffffff0200ffdf1500000000000000000000
        48641d504d01436b012f28540063616368696e675f736861325f70617373776f726400
        """
    )
    static let mariaDBHandshake = hexBytes(
        """
        0a352e352e352d31302e31312e31392d4d6172696144422d302b64656231327531001200000079582c70
        6f5d666700fef7080200ff81150000000000001d0000005348503762696953443a363f006d7973716c5f
        6e61746976655f70617373776f726400
        """
    )
    /// Logged in.
    static let ok = hexBytes("00000002000000")
    /// `update t.x set b=b where a=1`
    static let okWithInfo = hexBytes(
        "0000000200000028526f7773206d6174636865643a203120204368616e6765643a203020205761726e696e67733a2030"
    )
    /// `insert into t.x (b) values (7),(null)` with the auto-increment at 4.
    static let okAfterInsert = hexBytes(
        "00020402000000265265636f7264733a203220204475706c6963617465733a203020205761726e696e67733a2030"
    )
    /// The end of a result set.
    static let rowsEnd = hexBytes("fe000002000000")
    static let unknownColumn = hexBytes(
        "ff1e04233432533232556e6b6e6f776e20636f6c756d6e202769642720696e20276669656c64206c69737427"
    )
    static let accessDenied = hexBytes(
        """
        ff15042332383030304163636573732064656e69656420666f7220757365722027666173742740276c6f63616c686f737427
        20287573696e672070617373776f72643a2059455329
        """
    )
    static let switchToSHA256 = hexBytes(
        "fe7368613235365f70617373776f72640054456a7635461f145b71136c5d4d05252c0d0b1000"
    )
    /// `caching_sha2_password`: the digest was in the cache.
    static let fastAuthentication = hexBytes("0103")
    static let fullAuthentication = hexBytes("0104")
    /// `select x.a as id, q.a, …`: `id` is the INT NOT NULL AUTO_INCREMENT key `a` of table `t.x`.
    static let columnID = hexBytes("0364656601740178017802696401610c3f000b000000030342000000")
    /// …, `q.a` is a DECIMAL of a derived table.
    static let columnDecimal = hexBytes("0364656600017100016101610c3f0004000000f60100010000")
    /// `1`, `1.5`, `1`, `1`, `ü`
    static let row = hexBytes("013103312e350131013102c3bc")
}
