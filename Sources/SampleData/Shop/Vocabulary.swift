/// The words of the shop: many scripts, 4-byte UTF-8, and characters that break careless escaping.
enum Vocabulary {
    static let firstNames = WordBank(
        "Anna|Ben|Chiara|David|Elif|François|Greta|Hanna|Ivan|Jürgen|Kateřina|Luca|María|Noah|Ömer|Paula|Quentin|Rosa"
            + "|Søren|Tomás|Ursula|Vera|William|Ximena|Yusuf|Zoë|Łukasz|Ирина|Дмитрий|Ελένη|Γιώργος|美咲|伟|민준|สมชาย"
            + "|אבי|فاطمة|प्रिया|Þóra|Nguyễn"
    )
    static let lastNames = WordBank(
        "Müller|Schmidt|O'Brien|D'Angelo|García|Rossi|Novák|Dubois|Jansen|Kowalski|Иванова|Петров|Παπαδόπουλος|山田"
            + "|王|김|Öztürk|Ångström|Smith|Johnson|Nakamura|Silva|van der Berg|Lindqvist|शर्मा|חיים|الهاشمي|Trần|McDonald"
            + "|Fernández-López|Weiß|Łoś"
    )
    static let mailNames = WordBank(
        "anna|ben|chiara|david|elif|francois|greta|hanna|ivan|jurgen|kat|luca|maria|noah|omer|paula|quentin|rosa"
            + "|soren|tomas|ursula|vera|will|ximena|yusuf|zoe"
    )
    static let mailDomains = WordBank("example.com|example.org|example.net|mail.example|post.example|shop.example")
    static let locales = WordBank("de_DE|de_AT|en_GB|en_US|fr_FR|it_IT|es_ES|pl_PL|tr_TR|ja_JP|zh_CN|ko_KR|ru_RU|el_GR")
    static let segments = WordBank(
        "consumer|consumer|consumer|consumer|consumer|consumer|business|business|vip|employee"
    )
    static let genders = WordBank("f|m|x")
    static let streets = WordBank(
        "Hauptstraße|Mühlweg|Rue de l'Église|Via Garibaldi|Calle Mayor|Main Street|Station Road|Bahnhofplatz|улица Ленина"
            + "|桜通り|Østergade|Plac Zamkowy|Atatürk Caddesi|Λεωφόρος Αλεξάνδρας|Am Wehr|Mill Lane"
    )
    static let cities = WordBank(
        "Wien|Graz|München|Köln|London|Leeds|Paris|Lyon|Roma|Torino|Madrid|Sevilla|Kraków|İstanbul|東京|大阪|北京|서울|Москва"
            + "|Αθήνα|København|Malmö|Zürich|Genève|Praha|Brno|Ljubljana|Tromsø"
    )
    static let countries = WordBank("AT|DE|GB|FR|IT|ES|PL|TR|JP|CN|KR|RU|GR|DK|SE|CH|CZ|SI|NO|US")
    static let addressKinds = WordBank("billing|shipping|both")
    static let adjectives = WordBank(
        "Small|Large|Blue|Red|Solid|Folding|Quiet|Bright|Old|New|Organic|Heavy|Light|Round|Smart|Plain|Ergonomic|Crème"
    )
    static let materials = WordBank("oak|steel|cotton|glass|bamboo|paper|wool|stone|copper|leather|cork|silk")
    static let things = WordBank(
        "chair|lamp|kettle|notebook|ball|guitar|drill|jacket|teapot|puzzle|camera|bench|rake|headphones|mug|clock|bag|table"
    )
    static let categories = WordBank("books|garden|music|sports|toys|electronics|fashion|food|home|tools")
    static let colours = WordBank("red|green|blue|black|white|amber|türkis|紫")
    static let sizes = WordBank("XS|S|M|L|XL|one size")
    static let channels = WordBank("web|web|web|web|app|app|app|store|phone|marketplace")
    static let currencies = WordBank("EUR|EUR|EUR|EUR|EUR|USD|USD|GBP|CHF|JPY")
    static let coupons = WordBank("WELCOME10|SPRING|BLACKWEEK|FREUNDE|VIP-2025|10€OFF")
    static let campaigns = WordBank("newsletter|search|social|direct|affiliate|tv")
    static let paymentMethods = WordBank("card|card|card|card|paypal|paypal|invoice|transfer|voucher|crypto")
    static let paymentAnswers = WordBank("insufficient_funds|expired_card|3ds_required|timeout|do_not_honour")
    static let carriers = WordBank("post|dhl|dhl|ups|fedex|courier|pickup")
    /// The place of "pickup": nothing travels.
    static let pickup = 6
    static let languages = WordBank("de|en|fr|it|es|ja|zh|ru|el|tr")
    static let titles = WordBank(
        "Great|Not what I expected|Gut!|Très bien|5 ⭐|Meh…|Perfekt 👌|最高です|Отлично|It's OK|Broken on arrival 😡"
            + "|Would buy again|Πολύ καλό|Never again|👍"
    )
    /// Values of a `SET`, members in the order of the definition.
    static let interests = [
        "books", "garden", "music", "sports", "toys", "electronics", "fashion", "food",
    ]
    static let labels = ["new", "sale", "organic", "fragile", "heavy", "limited"]
    static let services = ["express", "signature", "insured", "cold", "saturday"]

    /// Every subset of up to eight `members` as a `SET` text; the index is the bit mask.
    static func subsets(of members: [String]) -> WordBank {
        WordBank(
            (0..<1 << members.count).map { mask in
                members.indices.filter { mask >> $0 & 1 == 1 }.map { members[$0] }.joined(separator: ",")
            }
        )
    }

    static let interestSets = subsets(of: interests)
    static let labelSets = subsets(of: labels)
    static let serviceSets = subsets(of: services)

    static let sentences = WordBank([
        "Arrived two days early and well packed. ", "Die Farbe ist kräftiger als auf dem Bild. ",
        "Fonctionne comme prévu, rien à redire. ", "It broke after a week; the seller replaced it at once. ",
        "Would have liked a longer cable. ", "Preis-Leistung stimmt. ", "サイズがぴったりでした。",
        "Качество хорошее, рекомендую. ",
        "La calidad es excelente 👏👏. ", "My cat loves it 🐈 (the box, mostly). ", "Solid, heavy, no rattling. ",
        "Ne vaut pas son prix 😕. ", "The manual is a single page. ", "质量很好，下次还会买。", "Geschenk für meine Tochter 🎁. ",
        "Assembly took ten minutes. ", "Χρησιμοποιείται καθημερινά. ", "Works with the old model too. ",
        "Tam beklediğim gibi. ", "👨‍👩‍👧‍👦 whole family uses it. ", "Smells a little at first. ", "Second order already. ",
        "Der Versand war schnell 🚚💨. ", "Stiff at the beginning, fine now. ",
    ])

    /// What breaks careless escaping; used rarely.
    static let awkward = WordBank([
        "It's \"quoted\", isn't it? ", "C:\\Users\\shop\\n is not a newline. ", "line one\nline two\n", "a\tb\tc ",
        "50% off_now% ", "';-- DROP TABLE nothing ", "\\N ", "\\\\server\\share ", "<b>&amp;</b> ", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇦🇹 ",
        "e\u{301} is not \u{e9} ", "\u{200B}zero width\u{FEFF} ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ", "NULL ", "\r\nWindows ", "`backtick` ",
    ])
}
