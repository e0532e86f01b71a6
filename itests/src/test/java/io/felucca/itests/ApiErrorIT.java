package io.felucca.itests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.itests.engine.Answer;
import io.felucca.itests.engine.DockerDaemon;
import io.felucca.itests.engine.EngineUnderTest;
import io.felucca.itests.engine.Masks;
import io.felucca.itests.engine.RawClient;
import io.felucca.itests.engine.Rootfs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * B13: wrong calls of the API, of each endpoint that clients must have, to dockerd 20.10 and to this engine at API 1.41:
 * the same status and the same answer. A line is a method, a target, whose filters stand as JSON after {@code filters=},
 * and a body; {@code '} stands for {@code "}.
 */
@Timeout(300)
class ApiErrorIT {

    @RegisterExtension
    static final EngineUnderTest engine =
            EngineUnderTest.withBusybox("--bridge", "felucca0").startedBy("unshare", "-n");

    /** What later engines say before what is wrong with a client's JSON, and 20.10 after {@code docker inspect}'s image. */
    private static final Pattern PREFIX =
            Pattern.compile("invalid (?:JSON|filter): |no such image: .*?: |error reading volume filters: "
                    + "|could not parse filters: |Error processing tar file\\(exit status 1\\): ");

    /** Answers that differ on purpose, each with its reason. */
    private static final Map<String, String> ALLOWED = Map.ofEntries(
            // A client's mistake that 20.10 takes for a new network, and later engines refuse.
            Map.entry("POST /networks/create {'Name':'twice'}", "409 network with name twice already exists"),
            // 20.10 does not look at a stop's signal yet, nor at the word of a condition.
            Map.entry("POST /containers/runs/stop?signal=NOSUCH", "400 Invalid signal: NOSUCH"),
            Map.entry("POST /containers/made/wait?condition=x", "400 invalid condition: \"x\""),
            // 20.10 names Go's types.
            Map.entry("POST /containers/made/update {'Memory':'x'}", "400 Memory must be a whole number"),
            Map.entry("POST /containers/made/update []", "400 the body must be a container's new limits"),
            Map.entry("POST /containers/create []", "400 the body must be a container's configuration"),
            // Without a body there is no configuration: 20.10 says EOF.
            Map.entry("POST /containers/create", "400 the body must be a container's configuration"),
            Map.entry("POST /containers/nosuch/update", "400 the body must be a container's new limits"),
            // Later engines take no body for an empty one.
            Map.entry("POST /containers/nosuch/exec", "400 No exec command specified"),
            Map.entry("POST /exec/nosuch/start", "404 No such exec instance: nosuch"),
            // A container that is not there is called so.
            Map.entry(
                    "POST /networks/bridge/disconnect {'Container':'nosuch','Force':true}",
                    "404 No such container: nosuch"),
            // A name says which image, also when it is its tag that is not there.
            Map.entry("GET /images/nosuch/get", "404 No such image: nosuch:latest"),
            Map.entry("GET /images/get?names=busybox&names=nosuch", "404 No such image: nosuch:latest"),
            // What is wrong with the name, as later engines say.
            Map.entry("POST /networks/create {}", "400 invalid name: name is empty"),
            // The kernel's limit for memory that kernels no longer have.
            Map.entry(
                    "POST /containers/made/update {'KernelMemory':1}",
                    "501 KernelMemory is not supported yet: leave it out"));

    private static DockerDaemon daemon;

    @BeforeAll
    static void startDocker() {
        daemon = DockerDaemon.start();
        daemon.docker("import", Rootfs.busybox().toString(), "busybox").run().requireOk();
    }

    @AfterAll
    static void stopDocker() {
        daemon.close();
    }

    private static Answer ask(Path socket, String line) {
        String[] parts = line.split(" ", 3);
        String target = parts[1];
        int filters = target.indexOf("filters=");
        if (filters >= 0) {
            String json = target.substring(filters + 8).replace('\'', '"');
            target = target.substring(0, filters + 8) + URLEncoder.encode(json, StandardCharsets.UTF_8);
        }
        String body = parts.length < 3 ? "" : parts[2].replace('\'', '"');
        return Answer.of(RawClient.ask(socket, parts[0], "/v1.41" + target, body));
    }

    private static String told(Answer answer) {
        String text = answer.body().strip();
        if (answer.status() >= 400 && text.startsWith("{\"message\":")) {
            text = EngineUnderTest.json(text).path("message").textValue().strip();
        }
        String masked = Masks.masked(text).replaceAll("/tmp/\\w+/d/", "<root>/");
        return answer.status() + " " + PREFIX.matcher(masked).replaceFirst("");
    }

    /** A client's mistake, and what is missing or in the way, is no fault of the engine, as 20.10 has it in many places. */
    private static boolean sameButForItsKind(String ours, String theirs) {
        return theirs.startsWith("500 ")
                && ours.startsWith("4")
                && ours.substring(4).equals(theirs.substring(4));
    }

    private static void compare(String script) {
        SoftAssertions all = new SoftAssertions();
        for (String line : script.strip().lines().map(String::strip).toList()) {
            String theirs = told(ask(daemon.socket(), line));
            String ours = told(ask(engine.socket(), line));
            if (ALLOWED.containsKey(line) && !ours.equals(theirs)) {
                all.assertThat(ours).as(line).isEqualTo(ALLOWED.get(line));
            } else if (!sameButForItsKind(ours, theirs)) {
                all.assertThat(ours).as(line).isEqualTo(theirs);
            }
        }
        all.assertAll();
    }

    @Test
    @DisplayName("What is not there is told alike")
    void whatIsNotThere() {
        compare("""
                GET /nosuch
                PUT /info
                GET /containers
                GET /containers/nosuch/json
                GET /containers/nosuch/top
                GET /containers/nosuch/logs?stdout=1
                GET /containers/nosuch/changes
                GET /containers/nosuch/export
                GET /containers/nosuch/stats?stream=0
                POST /containers/nosuch/start
                POST /containers/nosuch/stop
                POST /containers/nosuch/kill
                POST /containers/nosuch/restart
                POST /containers/nosuch/wait
                POST /containers/nosuch/rename?name=x
                POST /containers/nosuch/pause
                POST /containers/nosuch/unpause
                POST /containers/nosuch/update {}
                POST /containers/nosuch/resize?h=1&w=1
                DELETE /containers/nosuch
                DELETE /containers/nosuch?force=1
                HEAD /containers/nosuch/archive?path=/
                GET /containers/nosuch/archive?path=/
                PUT /containers/nosuch/archive?path=/
                POST /containers/nosuch/exec {'Cmd':['true']}
                POST /exec/nosuch/start
                POST /exec/nosuch/start {}
                POST /exec/nosuch/resize?h=1&w=1
                GET /exec/nosuch/json
                POST /commit?container=nosuch {}
                GET /images/nosuch/json
                GET /images/nosuch:x/json
                GET /images/nosuch/history
                DELETE /images/nosuch
                POST /images/nosuch/tag?repo=x
                GET /images/nosuch/get
                GET /images/get?names=busybox&names=nosuch
                GET /networks/nosuch
                DELETE /networks/nosuch
                POST /networks/nosuch/connect {'Container':'x'}
                POST /networks/bridge/connect {'Container':'nosuch'}
                POST /networks/nosuch/disconnect {'Container':'x'}
                POST /networks/bridge/disconnect {'Container':'nosuch'}
                POST /networks/bridge/disconnect {'Container':'nosuch','Force':true}
                GET /volumes/nosuch
                DELETE /volumes/nosuch
                DELETE /volumes/nosuch?force=1
                GET /plugins/nosuch/json
                GET /swarm
                POST /swarm/leave
                GET /nodes
                GET /nodes/x
                GET /services
                GET /tasks
                GET /secrets
                GET /configs
                """);
    }

    @Test
    @DisplayName("Filters that are none, or have values that are none, are refused alike")
    void filters() {
        compare("""
                GET /containers/json?filters=x
                GET /containers/json?filters={}
                GET /containers/json?filters={'nosuch':['x']}
                GET /containers/json?filters={'status':['x']}
                GET /containers/json?filters={'health':['x']}
                GET /containers/json?filters={'exited':['x']}
                GET /containers/json?filters={'before':['nosuch']}
                GET /containers/json?filters={'since':['nosuch']}
                GET /containers/json?filters={'is-task':['x']}
                GET /containers/json?filters={'publish':['x']}
                GET /containers/json?filters={'publish':['1:2']}
                GET /containers/json?filters={'expose':['x']}
                GET /containers/json?filters={'expose':['80/tcp']}
                GET /containers/json?filters={'ancestor':['nosuch']}
                GET /containers/json?filters={'volume':['nosuch']}
                GET /containers/json?filters={'network':['nosuch']}
                GET /containers/json?filters={'name':['[']}
                GET /containers/json?limit=x
                POST /containers/prune?filters=x
                POST /containers/prune?filters={'nosuch':['x']}
                POST /containers/prune?filters={'until':['x']}
                POST /containers/prune?filters={'until':['1','2']}
                POST /containers/prune?filters={'until':['1']}
                POST /containers/prune?filters={'label':['nosuch'],'label!':['x']}
                GET /images/json?filters=x
                GET /images/json?filters={'nosuch':['x']}
                GET /images/json?filters={'dangling':['x']}
                GET /images/json?filters={'before':['nosuch']}
                GET /images/json?filters={'since':['nosuch']}
                GET /images/json?filters={'reference':['[']}
                POST /images/prune?filters=x
                POST /images/prune?filters={'nosuch':['x']}
                POST /images/prune?filters={'until':['x']}
                POST /images/prune?filters={'until':['1','2']}
                POST /images/prune?filters={'dangling':['x']}
                POST /images/prune?filters={'until':['1']}
                GET /networks?filters=x
                GET /networks?filters={'nosuch':['x']}
                GET /networks?filters={'type':['x']}
                GET /networks?filters={'dangling':['x']}
                GET /networks?filters={'scope':['x']}
                GET /networks?filters={'name':['nosuch']}
                POST /networks/prune?filters=x
                POST /networks/prune?filters={'nosuch':['x']}
                POST /networks/prune?filters={'until':['x']}
                POST /networks/prune?filters={'until':['1','2']}
                POST /networks/prune?filters={'label':['nosuch']}
                GET /volumes?filters=x
                GET /volumes?filters={'nosuch':['x']}
                GET /volumes?filters={'dangling':['x']}
                GET /volumes?filters={'name':['nosuch']}
                POST /volumes/prune?filters=x
                POST /volumes/prune?filters={'nosuch':['x']}
                POST /volumes/prune?filters={'until':['x']}
                POST /volumes/prune?filters={'label':['nosuch']}
                POST /build/prune
                POST /build/prune?filters=x
                POST /build/prune?filters={'nosuch':['x']}
                POST /build/prune?keep-storage=x
                POST /build/cancel
                POST /build/cancel?id=x
                GET /events?filters=x
                GET /events?since=x
                GET /events?since=2&until=1
                GET /events?since=1&until=2&filters={'nosuch':['x']}
                GET /plugins?filters=x
                GET /plugins?filters={'nosuch':['x']}
                """);
    }

    @Test
    @DisplayName("Parameters and bodies that cannot be right are refused alike")
    void parameters() {
        compare("""
                GET /containers/nosuch/logs
                POST /containers/nosuch/rename
                POST /containers/nosuch/update
                POST /containers/nosuch/update {
                POST /containers/nosuch/resize
                POST /containers/nosuch/resize?h=x&w=1
                GET /containers/nosuch/archive
                PUT /containers/nosuch/archive
                POST /containers/nosuch/exec
                POST /containers/nosuch/exec {}
                POST /containers/nosuch/exec {
                POST /exec/nosuch/resize
                POST /commit {}
                GET /images/UPPER/json
                GET /images/a%20b/json
                GET /images/UPPER/history
                DELETE /images/UPPER
                POST /images/nosuch/tag
                POST /images/busybox/tag
                POST /images/busybox/tag?repo=UPPER
                POST /images/busybox/tag?repo=a&tag=b:c
                POST /images/create?fromSrc=nosuch&repo=UPPER
                POST /images/create?fromSrc=-&repo=UPPER
                POST /images/create?fromSrc=-&repo=x&changes=NOSUCH
                POST /images/create?fromSrc=-&changes=RUN%20x
                POST /images/create?fromImage=UPPER
                POST /images/create?fromImage=a:b:c
                GET /images/UPPER/get
                GET /distribution/UPPER/json
                POST /networks/create
                POST /networks/create {
                POST /networks/create {}
                POST /networks/create {'Name':'bridge'}
                POST /networks/create {'Name':'x','Driver':'nosuch'}
                POST /networks/create {'Name':'x','Driver':'host'}
                POST /networks/create {'Name':'x','IPAM':{'Driver':'nosuch'}}
                POST /networks/create {'Name':'x','IPAM':{'Config':[{'Subnet':'x'}]}}
                POST /networks/create {'Name':'x','IPAM':{'Config':[{'Subnet':'10.77.0.0/16','Gateway':'10.78.0.1'}]}}
                POST /networks/create {'Name':'x','Options':{'com.docker.network.driver.mtu':'x'}}
                DELETE /networks/bridge
                DELETE /networks/none
                POST /networks/bridge/connect
                POST /networks/bridge/connect {
                POST /networks/bridge/connect {}
                POST /networks/bridge/disconnect
                POST /volumes/create
                POST /volumes/create {
                POST /volumes/create {'Name':'a/b'}
                POST /volumes/create {'Name':'a'}
                POST /volumes/create {'Name':'xx','Driver':'nosuch'}
                POST /volumes/create {'Name':'x','Driver':'nosuch'}
                POST /volumes/create {'Name':'xx','DriverOpts':{'nosuch':'1'}}
                POST /volumes/create {'Name':'xx','DriverOpts':{'type':'tmpfs'}}
                POST /volumes/create {'Name':'xx','DriverOpts':{'device':'/x'}}
                POST /containers/create
                POST /containers/create {
                POST /containers/create []
                POST /containers/create null
                POST /containers/create {}
                POST /containers/create {'Image':'nosuch'}
                POST /containers/create {'Image':'UPPER'}
                POST /containers/create?name=a%20b {'Image':'busybox','Cmd':['x']}
                POST /containers/create?name=/ {'Image':'busybox','Cmd':['x']}
                POST /containers/create?name=-x {'Image':'busybox','Cmd':['x']}
                POST /containers/create?name=x {'Image':'busybox','Cmd':['x']}
                POST /containers/create?name=/x/y {'Image':'busybox','Cmd':['x']}
                POST /containers/create?platform=linux/arm64 {'Image':'busybox','Cmd':['x']}
                POST /containers/create?platform=nosuch {'Image':'busybox','Cmd':['x']}
                POST /containers/create?platform=a/b/c/d {'Image':'busybox','Cmd':['x']}
                """);
    }

    /** Each line is put into the body that makes a container. */
    private static String creates(String configurations) {
        return configurations
                .strip()
                .lines()
                .map(line -> {
                    ObjectNode body = (ObjectNode)
                            EngineUnderTest.json("{\"Image\":\"busybox\",\"HostConfig\":{\"NetworkMode\":\"none\"}}");
                    body.putArray("Cmd").add("true");
                    JsonNode own = EngineUnderTest.json("{" + line.strip().replace('\'', '"') + "}");
                    own.properties().forEach(field -> {
                        if (field.getKey().equals("HostConfig")) {
                            ((ObjectNode) body.get("HostConfig")).setAll((ObjectNode) field.getValue());
                        } else {
                            body.set(field.getKey(), field.getValue());
                        }
                    });
                    return "POST /containers/create " + body;
                })
                .collect(Collectors.joining("\n"));
    }

    @Test
    @DisplayName("Containers that cannot be are refused alike")
    void configurations() {
        compare(creates("""
                'Cmd':[],'Entrypoint':[]
                'WorkingDir':'rel'
                'StopSignal':'NOSUCH'
                'Env':['=x']
                'Env':['']
                'ExposedPorts':{'x':{}}
                'ExposedPorts':{'99999/tcp':{}}
                'ExposedPorts':{'80/nosuch':{}}
                'Healthcheck':{'Test':['CMD','x'],'Interval':1}
                'Healthcheck':{'Test':['CMD','x'],'Timeout':1}
                'Healthcheck':{'Test':['CMD','x'],'Retries':-1}
                'Healthcheck':{'Test':['CMD','x'],'StartPeriod':1}
                'NetworkingConfig':{'EndpointsConfig':{'nosuch':{}}},'HostConfig':{'NetworkMode':'nosuch'}
                'HostConfig':{'Memory':1}
                'HostConfig':{'MemorySwap':1}
                'HostConfig':{'Memory':67108864,'MemorySwap':1048576}
                'HostConfig':{'MemoryReservation':1073741824,'Memory':67108864}
                'HostConfig':{'MemorySwappiness':101}
                'HostConfig':{'CpuShares':-1}
                'HostConfig':{'CpuPeriod':1}
                'HostConfig':{'CpuQuota':1}
                'HostConfig':{'NanoCpus':-1}
                'HostConfig':{'NanoCpus':1000000000000}
                'HostConfig':{'NanoCpus':1000000000,'CpuQuota':50000}
                'HostConfig':{'NanoCpus':1000000000,'CpuPeriod':50000}
                'HostConfig':{'CpusetCpus':'x'}
                'HostConfig':{'CpusetCpus':'1000'}
                'HostConfig':{'CpusetMems':'x'}
                'HostConfig':{'CpusetMems':'99'}
                'HostConfig':{'OomScoreAdj':5000}
                'HostConfig':{'ShmSize':-1}
                'HostConfig':{'RestartPolicy':{'Name':'x'}}
                'HostConfig':{'RestartPolicy':{'Name':'always','MaximumRetryCount':3}}
                'HostConfig':{'RestartPolicy':{'Name':'on-failure','MaximumRetryCount':-3}}
                'HostConfig':{'RestartPolicy':{'Name':'always'},'AutoRemove':true}
                'HostConfig':{'CapAdd':['NOSUCH']}
                'HostConfig':{'CapDrop':['NOSUCH']}
                'HostConfig':{'SecurityOpt':['nosuch']}
                'HostConfig':{'SecurityOpt':['no-new-privileges:x']}
                'HostConfig':{'NetworkMode':'nosuch'}
                'HostConfig':{'NetworkMode':'container:'}
                'HostConfig':{'NetworkMode':'host','Links':['x:y']}
                'HostConfig':{'NetworkMode':'bridge','Links':['nosuch:y']}
                'HostConfig':{'NetworkMode':'bridge','Links':['a:b:c']}
                'HostConfig':{'NetworkMode':'bridge','PortBindings':{'80/tcp':[{'HostPort':'x'}]}}
                'HostConfig':{'NetworkMode':'bridge','PortBindings':{'80/tcp':[{'HostPort':'99999'}]}}
                'HostConfig':{'PidMode':'container:nosuch'}
                'HostConfig':{'CgroupnsMode':'x'}
                'Hostname':'x','HostConfig':{'UTSMode':'host'}
                'HostConfig':{'Binds':['rel/x:/y']}
                'HostConfig':{'Binds':['/x']}
                'HostConfig':{'Binds':['/x:rel']}
                'HostConfig':{'Binds':['/x:/y:nosuch']}
                'HostConfig':{'Binds':['/x:/y:z:q']}
                'HostConfig':{'Binds':['/x:/']}
                'HostConfig':{'Binds':['/tmp:/a','/tmp:/a']}
                'HostConfig':{'Binds':[':']}
                'HostConfig':{'Mounts':[{'Type':'bind','Source':'/nosuch','Target':'/x'}]}
                'HostConfig':{'Mounts':[{'Type':'bind','Source':'rel','Target':'/x'}]}
                'HostConfig':{'Mounts':[{'Type':'bind','Target':'/x'}]}
                'HostConfig':{'Mounts':[{'Type':'nosuch','Source':'/x','Target':'/x'}]}
                'HostConfig':{'Mounts':[{'Type':'volume','Source':'x','Target':''}]}
                'HostConfig':{'Mounts':[{'Type':'volume','Source':'/x','Target':'/y'}]}
                'HostConfig':{'Mounts':[{'Type':'tmpfs','Source':'x','Target':'/y'}]}
                'HostConfig':{'Mounts':[{'Type':'tmpfs','Target':'/y','BindOptions':{}}]}
                'HostConfig':{'Mounts':[{'Type':'bind','Source':'/tmp','Target':'/y','BindOptions':{'Propagation':'x'}}]}
                'HostConfig':{'Tmpfs':{'rel':''}}
                'HostConfig':{'VolumesFrom':['nosuch']}
                'HostConfig':{'VolumeDriver':'nosuch'},'Volumes':{'/v':{}}
                'HostConfig':{'LogConfig':{'Type':'nosuch'}}
                'HostConfig':{'LogConfig':{'Type':'json-file','Config':{'nosuch':'1'}}}
                'HostConfig':{'ExtraHosts':['x']}
                'HostConfig':{'ExtraHosts':['x:y']}
                'HostConfig':{'Runtime':'nosuch'}
                """));
    }

    @Test
    @DisplayName("What dockerd finds out at the start, or never, is refused when the container is made")
    void refusedEarlier() {
        SoftAssertions all = new SoftAssertions();
        String lines = creates("""
                'MacAddress':'x'
                'Volumes':{'/':{}}
                'Volumes':{'/proc':{}}
                'HostConfig':{'SecurityOpt':['seccomp=x']}
                'HostConfig':{'Devices':[{'PathOnHost':'/dev/null','PathInContainer':'/dev/x','CgroupPermissions':'q'}]}
                'HostConfig':{'DeviceCgroupRules':['x']}
                'HostConfig':{'PidMode':'x'}
                'HostConfig':{'IpcMode':'x'}
                'HostConfig':{'UTSMode':'x'}
                'HostConfig':{'UsernsMode':'x'}
                'HostConfig':{'Tmpfs':{'/x':'nosuch=1'}}
                'HostConfig':{'LogConfig':{'Type':'json-file','Config':{'max-size':'x'}}}
                'HostConfig':{'Sysctls':{'nosuch':'1'}}
                'HostConfig':{'Ulimits':[{'Name':'nosuch','Soft':1,'Hard':1}]}
                'HostConfig':{'Ulimits':[{'Name':'nofile','Soft':2,'Hard':1}]}
                'HostConfig':{'NetworkMode':'bridge','PortBindings':{'80/tcp':[{'HostIp':'x','HostPort':'80'}]}}
                """);
        for (String line : lines.lines().toList()) {
            all.assertThat(ask(daemon.socket(), line).status()).as(line).isEqualTo(201);
            all.assertThat(ask(engine.socket(), line).status()).as(line).isIn(400, 404);
        }
        all.assertAll();
        daemon.removeContainers();
    }

    @Test
    @DisplayName("What a container's state does not allow is refused alike")
    void states() {
        compare("""
                POST /containers/create?name=made {'Image':'busybox','Cmd':['sleep','1000'],'HostConfig':{'NetworkMode':'none'}}
                POST /containers/create?name=made {'Image':'busybox','Cmd':['sleep','1000'],'HostConfig':{'NetworkMode':'none'}}
                POST /containers/made/stop
                POST /containers/made/kill
                POST /containers/made/pause
                POST /containers/made/unpause
                GET /containers/made/top
                POST /containers/made/resize?h=1&w=1
                POST /containers/made/exec {'Cmd':['true']}
                POST /containers/made/wait?condition=x
                POST /containers/made/rename
                POST /containers/made/rename?name=made
                POST /containers/made/rename?name=a%20b
                POST /containers/made/update {'Memory':1}
                POST /containers/made/update {'CpusetCpus':'x'}
                POST /containers/made/update {'RestartPolicy':{'Name':'x'}}
                POST /containers/made/update {'RestartPolicy':{'Name':'always','MaximumRetryCount':2}}
                POST /containers/made/update {'Memory':'x'}
                POST /containers/made/update []
                POST /containers/made/update {}
                GET /containers/made/changes
                HEAD /containers/made/archive?path=/nosuch
                GET /containers/made/archive?path=/nosuch
                PUT /containers/made/archive?path=/nosuch x
                PUT /containers/made/archive?path=/etc/passwd x
                PUT /containers/made/archive?path=/tmp no-archive
                POST /commit?container=made&repo=UPPER {}
                POST /commit?container=made&repo=a&tag=b:c {}
                POST /commit?container=made&changes=NOSUCH%20x {}
                POST /commit?container=made&changes=RUN%20x {}
                POST /commit?container=made {
                POST /containers/create?name=runs {'Image':'busybox','Cmd':['sleep','1000'],'HostConfig':{'NetworkMode':'none'}}
                POST /containers/made/rename?name=runs
                POST /containers/runs/start {'Binds':['/x:/y']}
                POST /containers/runs/start {}
                POST /containers/runs/start
                POST /containers/runs/unpause
                DELETE /containers/runs
                POST /containers/runs/kill?signal=NOSUCH
                POST /containers/runs/kill?signal=99
                POST /containers/runs/stop?t=x
                POST /containers/runs/restart?t=x
                GET /containers/runs/top?ps_args=-Z9
                GET /containers/runs/top?ps_args=-o%20cmd
                GET /containers/runs/logs?stdout=1&since=x
                GET /containers/runs/logs?stdout=1&until=x
                POST /containers/runs/resize?h=x&w=1
                POST /containers/runs/resize?h=1
                POST /containers/runs/exec {'Cmd':[]}
                POST /containers/runs/exec {'Cmd':['true'],'DetachKeys':'nosuch-x'}
                DELETE /images/busybox
                POST /containers/runs/pause
                POST /containers/runs/pause
                POST /containers/runs/start
                POST /containers/runs/exec {'Cmd':['true']}
                DELETE /containers/runs
                POST /containers/runs/unpause
                POST /containers/runs/stop?signal=NOSUCH
                DELETE /containers/runs?force=1
                DELETE /containers/made
                POST /containers/create?name=fails {'Image':'busybox','Cmd':['nosuch'],'HostConfig':{'NetworkMode':'none'}}
                POST /containers/fails/start
                POST /containers/fails/wait
                DELETE /containers/fails
                """);
    }

    @Test
    @DisplayName("What networks and volumes in use do not allow is refused alike")
    void resourcesInUse() {
        compare("""
                POST /networks/create {'Name':'twice','CheckDuplicate':true}
                POST /networks/create {'Name':'twice','CheckDuplicate':true}
                POST /networks/create {'Name':'wide','IPAM':{'Config':[{'Subnet':'10.99.0.0/16'}]}}
                POST /networks/create {'Name':'inner','IPAM':{'Config':[{'Subnet':'10.99.3.0/24'}]}}
                POST /containers/create?name=alone {'Image':'busybox','Cmd':['x'],'HostConfig':{'NetworkMode':'none'}}
                POST /containers/create?name=netted {'Image':'busybox','Cmd':['sleep','1000'],'HostConfig':{'NetworkMode':'twice'}}
                POST /networks/twice/connect {'Container':'alone'}
                POST /networks/twice/disconnect {'Container':'alone'}
                POST /networks/twice/connect {'Container':'netted'}
                POST /containers/netted/start
                POST /networks/twice/connect {'Container':'netted'}
                POST /networks/wide/connect {'Container':'netted','EndpointConfig':{'IPAMConfig':{'IPv4Address':'10.98.0.1'}}}
                POST /networks/bridge/connect {'Container':'netted','EndpointConfig':{'Aliases':['x']}}
                POST /networks/host/connect {'Container':'netted'}
                POST /networks/none/connect {'Container':'netted'}
                POST /networks/wide/disconnect {'Container':'netted'}
                DELETE /networks/twice
                POST /networks/twice/disconnect {'Container':'netted'}
                POST /networks/twice/disconnect {'Container':'netted'}
                DELETE /containers/netted?force=1
                DELETE /containers/alone
                DELETE /networks/twice
                DELETE /networks/twice
                DELETE /networks/wide
                POST /volumes/create {'Name':'held'}
                POST /volumes/create {'Name':'held','Driver':'nosuch'}
                POST /volumes/create {'Name':'held','Labels':{'a':'b'}}
                POST /containers/create?name=holds {'Image':'busybox','Cmd':['x'],'HostConfig':{'NetworkMode':'none','Binds':['held:/v']}}
                DELETE /volumes/held
                DELETE /volumes/held?force=1
                DELETE /containers/holds?v=1
                DELETE /volumes/held
                """);
    }

    @Test
    @DisplayName("Versions that are not spoken are refused, and those that are need not be named")
    void versions() {
        for (String version : List.of("1.23", "0.9")) {
            Answer answer = Answer.of(RawClient.ask(engine.socket(), "GET", "/v" + version + "/info", ""));
            assertThat(told(answer))
                    .isEqualTo("400 client version " + version + " is too old. Minimum supported API version is 1.24,"
                            + " please upgrade your client to a newer version");
        }
        for (String version : List.of("1.52", "2.0", "1.99999")) {
            Answer answer = Answer.of(RawClient.ask(engine.socket(), "GET", "/v" + version + "/info", ""));
            assertThat(told(answer))
                    .isEqualTo("400 client version " + version + " is too new. Maximum supported API version is 1.51");
        }
        assertThat(Answer.of(RawClient.ask(engine.socket(), "GET", "/_ping", ""))
                        .status())
                .isEqualTo(200);
    }
}
