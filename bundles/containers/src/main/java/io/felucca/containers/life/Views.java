package io.felucca.containers.life;

import io.felucca.containers.Container;
import io.felucca.containers.record.ContainerRecord;
import io.felucca.containers.record.Life;
import java.util.List;
import java.util.Map;

/** Containers as callers see them: from records alone, so that no driver is asked. */
final class Views {

    private final Core core;

    Views(Core core) {
        this.core = core;
    }

    Container of(Entry entry, List<String> execIds) {
        ContainerRecord record = entry.record();
        Life life = entry.life();
        String id = entry.id;
        return new Container(
                id,
                record.created(),
                record.name(),
                record.path(),
                record.args(),
                new Container.State(
                        entry.status(),
                        life.oomKilled(),
                        life.running()
                                ? life.processId().map(process -> process.pid()).orElse(0)
                                : 0,
                        life.exitCode(),
                        life.error(),
                        life.startedAt(),
                        life.finishedAt(),
                        entry.health() == null ? null : entry.health().view()),
                record.image(),
                core.files().resolvConf(id).toString(),
                core.files().hostname(id).toString(),
                core.files().hosts(id).toString(),
                record.log().readable() ? core.files().log(id).toString() : "",
                life.restartCount(),
                record.storageDriver(),
                Map.of(),
                record.platform(),
                execIds,
                record.config(),
                record.host());
    }
}
