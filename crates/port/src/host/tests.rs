use super::*;
use tempfile::TempDir;

fn machine(files: &[(&str, &str)]) -> (TempDir, Option<u64>) {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let given = given_memory(root.path());
    (root, given)
}

const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal:       16384 kB\nMemFree:  1 kB\n");

#[test]
fn the_least_of_machine_and_groups_counts() {
    let v2 = |path: &'static str| ("proc/self/cgroup", path);
    for (files, wanted) in [
        (vec![MEMINFO], Some(16 << 20)),
        (vec![], None),
        (vec![MEMINFO, v2("0::/\n"), ("sys/fs/cgroup/memory.max", "1048576\n")], Some(1 << 20)),
        (vec![MEMINFO, v2("0::/\n"), ("sys/fs/cgroup/memory.max", "max\n")], Some(16 << 20)),
        (vec![MEMINFO, v2("0::/a/b\n"), ("sys/fs/cgroup/a/memory.max", "2097152\n")], Some(2 << 20)),
        (
            vec![
                MEMINFO,
                v2("0::/a/b\n"),
                ("sys/fs/cgroup/a/memory.max", "2097152"),
                ("sys/fs/cgroup/a/b/memory.high", "1000000"),
            ],
            Some(1_000_000),
        ),
        (
            vec![
                MEMINFO,
                v2("5:cpu:/x\n4:memory:/docker/abc\n"),
                ("sys/fs/cgroup/memory/memory.limit_in_bytes", "3145728\n"),
            ],
            Some(3 << 20),
        ),
        (
            vec![
                MEMINFO,
                v2("4:memory:/\n"),
                ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
            ],
            Some(16 << 20),
        ),
        (vec![MEMINFO, v2("0::/../x\n"), ("sys/fs/cgroup/memory.max", "7")], Some(7)),
        (vec![MEMINFO, v2("nonsense\n:\n"), ("sys/fs/cgroup/memory.max", "7")], Some(16 << 20)),
    ] {
        let (_root, given) = machine(&files);
        assert_eq!(given, wanted, "{files:?}");
    }
}

#[test]
fn this_machine_has_some_of_both() {
    let machine = HostResources::look().unwrap();
    assert!(machine.descriptors >= 256 && machine.memory >= 64 << 20, "{machine:?}");
}
