package org.chancery.storage.endpoint;

import static org.chancery.storage.jooq.Tables.ENDPOINT_ADDRESS;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.EndpointId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.EndpointAddressRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** Which address reaches which endpoint: the one place where an address can be given once only. */
final class EndpointAddresses {
    private static final RowInsert<EndpointAddressRecord> ROWS =
            RowInsert.into(ENDPOINT_ADDRESS, Keys.PK_ENDPOINT_ADDRESS);

    private static final FixedStatement OWNER = new FixedStatement(select(ENDPOINT_ADDRESS.ENDPOINT_ID)
            .from(ENDPOINT_ADDRESS)
            .where(ENDPOINT_ADDRESS.ADDRESS.eq(param("address", ENDPOINT_ADDRESS.ADDRESS))));

    /** Gives the endpoint its address, where nobody has it or somebody had it before; false where it is taken. */
    boolean take(Tx tx, Endpoint endpoint) {
        UUID workspace = endpoint.workspace().value();
        UUID id = endpoint.id().value();
        return ROWS.insertIfAbsent(tx, new EndpointAddressRecord(endpoint.address(), workspace, id, false))
                || JooqTx.sql(tx)
                                .update(ENDPOINT_ADDRESS)
                                .set(ENDPOINT_ADDRESS.WORKSPACE_ID, workspace)
                                .set(ENDPOINT_ADDRESS.ENDPOINT_ID, id)
                                .set(ENDPOINT_ADDRESS.IS_FORMER, false)
                                .where(ENDPOINT_ADDRESS.ADDRESS.eq(endpoint.address()))
                                .and(ENDPOINT_ADDRESS.IS_FORMER)
                                .execute()
                        == 1;
    }

    /** Marks all other addresses of the endpoint as former ones. */
    void retireOthers(Tx tx, Endpoint endpoint) {
        JooqTx.sql(tx)
                .update(ENDPOINT_ADDRESS)
                .set(ENDPOINT_ADDRESS.IS_FORMER, true)
                .where(ENDPOINT_ADDRESS.ENDPOINT_ID.eq(endpoint.id().value()))
                .and(ENDPOINT_ADDRESS.ADDRESS.ne(endpoint.address()))
                .execute();
    }

    Optional<UUID> owner(Tx tx, String address) {
        return OWNER.fetchFirst(tx, row -> row.getObject(1, UUID.class), address);
    }

    /** Frees the addresses of an endpoint; which these were. */
    List<String> release(Tx tx, EndpointId id) {
        List<String> released = JooqTx.sql(tx)
                .select(ENDPOINT_ADDRESS.ADDRESS)
                .from(ENDPOINT_ADDRESS)
                .where(ENDPOINT_ADDRESS.ENDPOINT_ID.eq(id.value()))
                .fetch(ENDPOINT_ADDRESS.ADDRESS);
        JooqTx.sql(tx)
                .deleteFrom(ENDPOINT_ADDRESS)
                .where(ENDPOINT_ADDRESS.ENDPOINT_ID.eq(id.value()))
                .execute();
        return released;
    }
}
