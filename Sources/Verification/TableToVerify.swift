import ClickHouseClient
import MySQLProtocol
import MySQLSchema

/// A table to compare: what it is at the source, and where the warehouse shows its current rows.
package struct TableToVerify: Sendable, Hashable {
    /// The table as the source defines it now.
    package var definition: TableDefinition
    /// The ClickHouse database of the view that shows the table's current rows; the view is called like the table.
    package var warehouseDatabase: String

    package init(definition: TableDefinition, warehouseDatabase: String) {
        self.definition = definition
        self.warehouseDatabase = warehouseDatabase
    }

    /// The same, with the dates as text that the view shows as text.
    func carrying(_ shown: [(name: String, type: String)]) -> TableToVerify {
        var table = self
        for (name, type) in shown where type == "String" || type == "Nullable(String)" {
            guard let index = definition.columns.firstIndex(where: { $0.name == name }) else { continue }
            table.definition.columns[index].isDateText = definition.columns[index].type?.asDateText != nil
        }
        return table
    }

    /// `shop.orders`, as the source calls it.
    package var name: String { definition.name.description }

    /// Whether something tells its rows apart.
    package var hasKey: Bool { !(definition.keyColumns ?? []).isEmpty }

    /// `` `shop`.`orders` `` in ClickHouse.
    var view: String { ClickHouseClient.quote(database: warehouseDatabase, table: definition.name.table) }

    /// `` `shop_raw`.`orders` ``: all row versions.
    var raw: String { ClickHouseClient.quote(database: warehouseDatabase + "_raw", table: definition.name.table) }
}
