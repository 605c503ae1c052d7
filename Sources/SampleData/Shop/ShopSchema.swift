/// The shop's tables in MySQL: all kinds of types that a replication has to carry over, no foreign keys, no zero dates.
package enum ShopSchema {
    /// All tables, in the order in which they are loaded.
    package static let tables: [ShopTableDefinition] = [
        customers, addresses, products, inventory, orders, orderItems, payments, shipments, reviews,
    ]

    /// The definition of a table.
    package static func definition(of table: ShopTable) -> ShopTableDefinition { tables[Int(table.rawValue) - 1] }

    static let customers = ShopTableDefinition(
        .customers,
        primaryKey: ["id"],
        indexes: ["KEY `email` (`email`)"],
        columns: [
            ShopColumn("id", "bigint unsigned NOT NULL"),
            ShopColumn("external_id", "binary(16) NOT NULL", .hexadecimal),
            ShopColumn("email", "varchar(120) NOT NULL"),
            ShopColumn("name", "varchar(80) NOT NULL"),
            ShopColumn("phone", "varchar(24) DEFAULT NULL"),
            ShopColumn("birth_date", "date DEFAULT NULL"),
            ShopColumn("gender", "char(1) DEFAULT NULL"),
            ShopColumn("locale", "char(5) NOT NULL"),
            ShopColumn("segment", "enum('consumer','business','vip','employee') NOT NULL"),
            ShopColumn(
                "interests",
                "set('books','garden','music','sports','toys','electronics','fashion','food') NOT NULL"
            ),
            ShopColumn("marketing_consent", "tinyint(1) NOT NULL"),
            ShopColumn("loyalty_points", "int NOT NULL"),
            ShopColumn("credit_limit", "decimal(38,10) DEFAULT NULL"),
            ShopColumn("preferences", "json DEFAULT NULL"),
            ShopColumn("flags", "bit(8) NOT NULL", .bits),
            ShopColumn("notes", "text"),
            ShopColumn("registered_at", "datetime(6) NOT NULL"),
            ShopColumn("updated_at", "timestamp(3) NOT NULL"),
        ]
    )

    static let addresses = ShopTableDefinition(
        .addresses,
        primaryKey: ["id"],
        indexes: ["KEY `customer` (`customer_id`)"],
        columns: [
            ShopColumn("id", "bigint unsigned NOT NULL"),
            ShopColumn("customer_id", "bigint unsigned NOT NULL"),
            ShopColumn("kind", "enum('billing','shipping','both') NOT NULL"),
            ShopColumn("recipient", "varchar(80) NOT NULL"),
            ShopColumn("street", "varchar(120) NOT NULL"),
            ShopColumn("city", "varchar(60) NOT NULL"),
            ShopColumn("postcode", "char(10) NOT NULL"),
            ShopColumn("country", "char(2) NOT NULL"),
            ShopColumn("latitude", "double DEFAULT NULL"),
            ShopColumn("longitude", "double DEFAULT NULL"),
            ShopColumn("accuracy", "float DEFAULT NULL"),
            ShopColumn("is_default", "tinyint(1) NOT NULL"),
            ShopColumn("deliver_after", "time DEFAULT NULL"),
            ShopColumn("directions", "text"),
            ShopColumn("created_at", "datetime NOT NULL"),
        ]
    )

    static let products = ShopTableDefinition(
        .products,
        primaryKey: ["id"],
        columns: [
            ShopColumn("id", "int unsigned NOT NULL"),
            ShopColumn("sku", "char(12) NOT NULL"),
            ShopColumn("name", "varchar(120) NOT NULL"),
            ShopColumn("description", "mediumtext"),
            ShopColumn(
                "category",
                "enum('books','garden','music','sports','toys','electronics','fashion','food','home','tools') NOT NULL"
            ),
            ShopColumn("labels", "set('new','sale','organic','fragile','heavy','limited') NOT NULL"),
            ShopColumn("price", "decimal(12,2) NOT NULL"),
            ShopColumn("cost", "decimal(12,4) NOT NULL"),
            ShopColumn("exact_mass", "decimal(65,30) DEFAULT NULL"),
            ShopColumn("rating", "float DEFAULT NULL"),
            ShopColumn("attributes", "json DEFAULT NULL"),
            ShopColumn("thumbnail", "blob", .hexadecimal),
            ShopColumn("barcode", "varbinary(16) DEFAULT NULL", .hexadecimal),
            ShopColumn("model_year", "year DEFAULT NULL"),
            ShopColumn("is_active", "tinyint(1) NOT NULL"),
            ShopColumn("vat_class", "tinyint unsigned NOT NULL"),
            ShopColumn("stock_threshold", "smallint NOT NULL"),
            ShopColumn("capabilities", "bit(8) DEFAULT NULL", .bits),
            ShopColumn("created_at", "datetime(6) NOT NULL"),
            ShopColumn("updated_at", "timestamp(3) NOT NULL"),
        ]
    )

    static let inventory = ShopTableDefinition(
        .inventory,
        primaryKey: ["warehouse_id", "product_id"],
        columns: [
            ShopColumn("warehouse_id", "smallint unsigned NOT NULL"),
            ShopColumn("product_id", "int unsigned NOT NULL"),
            ShopColumn("quantity", "int NOT NULL"),
            ShopColumn("reserved", "mediumint unsigned NOT NULL"),
            ShopColumn("reorder_level", "smallint DEFAULT NULL"),
            ShopColumn("temperature", "tinyint DEFAULT NULL"),
            ShopColumn("bin", "varchar(16) DEFAULT NULL"),
            ShopColumn("unit_cost", "decimal(20,10) NOT NULL"),
            ShopColumn("last_counted", "date DEFAULT NULL"),
            ShopColumn("updated_at", "timestamp(3) NOT NULL"),
        ]
    )

    static let orders = ShopTableDefinition(
        .orders,
        primaryKey: ["id"],
        indexes: ["KEY `customer` (`customer_id`)"],
        columns: [
            ShopColumn("id", "bigint unsigned NOT NULL"),
            ShopColumn("customer_id", "bigint unsigned NOT NULL"),
            ShopColumn("number", "char(16) NOT NULL"),
            ShopColumn(
                "status",
                "enum('placed','paid','packed','shipped','delivered','cancelled','returned') NOT NULL"
            ),
            ShopColumn("channel", "enum('web','app','store','phone','marketplace') NOT NULL"),
            ShopColumn("currency", "char(3) NOT NULL"),
            ShopColumn("amount", "decimal(12,2) NOT NULL"),
            ShopColumn("discount", "decimal(10,2) NOT NULL"),
            ShopColumn("tax", "decimal(12,4) NOT NULL"),
            ShopColumn("exchange_rate", "decimal(38,10) DEFAULT NULL"),
            ShopColumn("item_count", "smallint unsigned NOT NULL"),
            ShopColumn("is_gift", "tinyint(1) NOT NULL"),
            ShopColumn("gift_message", "varchar(255) DEFAULT NULL"),
            ShopColumn("coupon", "varchar(20) DEFAULT NULL"),
            ShopColumn("client_address", "varbinary(16) DEFAULT NULL", .hexadecimal),
            ShopColumn("deliver_after", "time DEFAULT NULL"),
            ShopColumn("metadata", "json DEFAULT NULL"),
            ShopColumn("fraud_score", "double DEFAULT NULL"),
            ShopColumn("flags", "bit(8) NOT NULL", .bits),
            ShopColumn("placed_at", "datetime(6) NOT NULL"),
            ShopColumn("paid_at", "datetime(6) DEFAULT NULL"),
            ShopColumn("packed_at", "datetime(6) DEFAULT NULL"),
            ShopColumn("shipped_at", "datetime(6) DEFAULT NULL"),
            ShopColumn("delivered_at", "datetime(6) DEFAULT NULL"),
            ShopColumn("closed_at", "datetime(6) DEFAULT NULL"),
            ShopColumn("updated_at", "timestamp(3) NOT NULL"),
        ]
    )

    static let orderItems = ShopTableDefinition(
        .orderItems,
        primaryKey: ["order_id", "line_no"],
        columns: [
            ShopColumn("order_id", "bigint unsigned NOT NULL"),
            ShopColumn("line_no", "tinyint unsigned NOT NULL"),
            ShopColumn("product_id", "int unsigned NOT NULL"),
            ShopColumn("quantity", "smallint unsigned NOT NULL"),
            ShopColumn("unit_price", "decimal(12,2) NOT NULL"),
            ShopColumn("line_total", "decimal(14,2) NOT NULL"),
            ShopColumn("discount_rate", "float NOT NULL"),
            ShopColumn("tax_rate", "decimal(5,4) NOT NULL"),
            ShopColumn("is_backordered", "tinyint(1) NOT NULL"),
            ShopColumn("options", "json DEFAULT NULL"),
            ShopColumn("personalisation", "varchar(160) DEFAULT NULL"),
        ]
    )

    static let payments = ShopTableDefinition(
        .payments,
        primaryKey: ["id"],
        indexes: ["KEY `order` (`order_id`)"],
        columns: [
            ShopColumn("id", "bigint unsigned NOT NULL"),
            ShopColumn("order_id", "bigint unsigned NOT NULL"),
            ShopColumn("method", "enum('card','paypal','invoice','transfer','voucher','crypto') NOT NULL"),
            ShopColumn("status", "enum('pending','captured','failed','refunded') NOT NULL"),
            ShopColumn("amount", "decimal(12,2) NOT NULL"),
            ShopColumn("fee", "decimal(10,4) NOT NULL"),
            ShopColumn("settlement", "decimal(65,30) DEFAULT NULL"),
            ShopColumn("card_last4", "char(4) DEFAULT NULL"),
            ShopColumn("token", "varbinary(32) DEFAULT NULL", .hexadecimal),
            ShopColumn("risk", "float DEFAULT NULL"),
            ShopColumn("response", "json DEFAULT NULL"),
            ShopColumn("created_at", "timestamp(3) NOT NULL"),
            ShopColumn("processed_at", "datetime(6) DEFAULT NULL"),
        ]
    )

    static let shipments = ShopTableDefinition(
        .shipments,
        primaryKey: ["id"],
        indexes: ["KEY `order` (`order_id`)"],
        columns: [
            ShopColumn("id", "bigint unsigned NOT NULL"),
            ShopColumn("order_id", "bigint unsigned NOT NULL"),
            ShopColumn("warehouse_id", "smallint unsigned NOT NULL"),
            ShopColumn("carrier", "enum('post','dhl','ups','fedex','courier','pickup') NOT NULL"),
            ShopColumn("tracking_code", "varchar(40) DEFAULT NULL"),
            ShopColumn("device_id", "varchar(16) DEFAULT NULL"),
            ShopColumn("status", "enum('in_transit','delivered','returned','lost') NOT NULL"),
            ShopColumn("services", "set('express','signature','insured','cold','saturday') NOT NULL"),
            ShopColumn("weight_kg", "decimal(10,3) NOT NULL"),
            ShopColumn("volume_m3", "double DEFAULT NULL"),
            ShopColumn("label", "blob", .hexadecimal),
            ShopColumn("pickup_time", "time NOT NULL"),
            ShopColumn("transit_time", "time(3) DEFAULT NULL"),
            ShopColumn("promised_on", "date DEFAULT NULL"),
            ShopColumn("route", "json DEFAULT NULL"),
            ShopColumn("shipped_at", "datetime(6) NOT NULL"),
            ShopColumn("delivered_at", "datetime(6) DEFAULT NULL"),
            ShopColumn("updated_at", "timestamp(3) NOT NULL"),
        ]
    )

    static let reviews = ShopTableDefinition(
        .reviews,
        primaryKey: ["id"],
        indexes: ["KEY `product` (`product_id`)"],
        columns: [
            ShopColumn("id", "bigint NOT NULL"),
            ShopColumn("product_id", "int unsigned NOT NULL"),
            ShopColumn("customer_id", "bigint unsigned NOT NULL"),
            ShopColumn("order_id", "bigint unsigned DEFAULT NULL"),
            ShopColumn("rating", "tinyint unsigned NOT NULL"),
            ShopColumn("title", "varchar(120) DEFAULT NULL"),
            ShopColumn("body", "text NOT NULL"),
            ShopColumn("language", "char(2) NOT NULL"),
            ShopColumn("helpful", "int NOT NULL"),
            ShopColumn("is_verified", "bit(1) NOT NULL", .bits),
            ShopColumn("sentiment", "double DEFAULT NULL"),
            ShopColumn("photos", "json DEFAULT NULL"),
            ShopColumn("created_at", "datetime(6) NOT NULL"),
            ShopColumn("edited_at", "timestamp(3) NULL DEFAULT NULL"),
        ]
    )
}
