package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static Route get(String path) {
        return Route.get(path, "x").handledBy(call -> Answer.ok(List.of()));
    }

    private static Route post(String path) {
        return Route.post(path, "x").handledBy(call -> Answer.ok(List.of()));
    }

    @Test
    void a_path_tells_its_methods() {
        RouteTable table = new RouteTable(List.of(post("/v1/agents/"), get("/v1/agents/"), get("/v1/agents/{id}/")));

        assertEquals("POST, GET, HEAD", table.allowed("/v1/agents/"));
        assertEquals("POST, GET, HEAD", table.allowed("/v1/agents"));
        assertEquals("GET, HEAD", table.allowed("/v1/agents/agt_1"));
        assertEquals("", table.allowed("/v1/agents/agt_1/more"));
        assertEquals("", table.allowed("/"));
    }

    @Test
    void a_change_and_a_removal_are_methods_of_the_thing_itself() {
        RouteTable table = new RouteTable(List.of(
                get("/v1/agents/{id}/"),
                Route.patch("/v1/agents/{id}/", "x").handledBy(call -> Answer.ok(List.of())),
                Route.delete("/v1/agents/{id}/", "x").handledBy(call -> new Answer.Nothing())));

        assertEquals("GET, HEAD, PATCH, DELETE", table.allowed("/v1/agents/agt_1"));
        assertEquals(204, table.routes().getLast().gives().status());
    }

    @Test
    void two_rows_must_not_claim_the_same_calls() {
        assertThrows(
                IllegalArgumentException.class, () -> new RouteTable(List.of(get("/v1/agents/"), get("/v1/agents"))));
    }

    @Test
    void a_path_is_a_template() {
        assertThrows(IllegalArgumentException.class, () -> get("/v1/{Id}"));
        assertThrows(IllegalArgumentException.class, () -> get("v1"));
    }
}
