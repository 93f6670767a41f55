package org.chancery.core.attachment;

/** A batch file and a few lines of notes, packed by programs whose packing the JDK cannot do. */
final class Packs {
    static final String BZIP2 =
            "QlpoOTFBWSZTWaw90JgAAHvVgAASQAFAADtvvsAgAJAoNGjQZAaBUpIyM0Jmo09KIi4jPTYR1yItiIsI+aUyqItTKwjWwjj8I543"
                    + "zEVEa/xFBH3YRcRr6qI0EYCOBHQj3hjfERcRuEV7F3JFOFCQrD3QmA==";

    static final String XZ =
            "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AQCAD1dACAZSGan4XTfD/uAbyYU0AxnUhd+KgdgW2VllLPpbgUr9+KQsCiGXiBjUwFD"
                    + "yYT3wxEgg6+7LMxQ0Yw2LAAAAAAAdxD5DU85QHMAAVmDCAAAAE9vJtuxxGf7AgAAAAAEWVo=";

    static final String SEVEN_ZIP_LZMA2 =
            "N3q8ryccAARZy6Q/wwAAAAAAAAAgAAAAAAAAAHX/lH3gBowAT10ANxvK7yD9ZrM5PxRQQyE9qvhIUJF8hxhlPvWbAyz6/HgbePTB"
                    + "snZTy+T680ESb8HlFbmajZFoNdzFRHu+jJ9vH4vMQAWuvSMc66urIvagAAAAAIEzB64P0xvCvUDAkNL/fWlNj+FiD2N5y0QBpwpg"
                    + "P8mqLtsSQ9za+lpvkb64/yH+xeVxqF9VCNan2xhkNyhU1hhos8OwbFW2a6qSz3UniFQVFKd3sG2DykbSZPaDYzRkjTvF7Xg89VQA"
                    + "AAAXBlcBCWwABwsBAAEjAwEBBV0AEAAADHYKAbXti10AAA==";

    static final String SEVEN_ZIP_LZMA =
            "N3q8ryccAASQYtZMwgAAAAAAAAAhAAAAAAAAAF++jdAANxvK7yD9ZrM5PxRQQyE9qvhIUJF8hxhlPvWbAyz6/HgbePTBsnZTy+T6"
                    + "80ESb8HlFbmajZFoNdzFRHu+jJ9vH4vMQAWuvSMc66urIvagAAAAgTMHrg/SwW/9QMCQ00PE4fnorqGMNJYrvNYBRb80mdG2u5/B"
                    + "crPLn65oCz7PozHcYQT+U039Ut3potpNcqqg8G3rdrtvyuF3K4MKll4T1ItLN3RWe/clheCEZxgPhmgiSL9Sj4dleWmgoIx4AAAA"
                    + "ABcGUAEJcgAHCwEAASMDAQEFXQAQAAAMgIYKAdGoP1cAAA==";

    static final String SEVEN_ZIP_PPMD =
            "N3q8ryccAATaGIFROQAAAAAAAABaAAAAAAAAAFc2VSAAQCc317wAgkJ44FiJwI87moM5mD9MPDO3duCrtFUZGSAyIKbHn4oxCKEE"
                    + "rgyOxkB3AAAAAAAAAAABBAYAAQk5AAcLAQABIwMEAQUGAAABAAyEAwAICgFk8wBZAAAFARkFAAAAAAAREQByAHUAbgAuAGIAYQB0"
                    + "AAAAGQIAABQKAQCS/p0W7IDdARUGAQAggKSBAAA=";

    static final String SEVEN_ZIP_ENCRYPTED =
            "N3q8ryccAAQkIYaCIAAAAAAAAABqAAAAAAAAABgF4EKK1KR1i19ee8TMP6LDLLYFBzxI5wCz4jLmN74n0CzJhQEEBgABCSAABwsB"
                    + "AAIkBvEHARJTDwivRfxCx6IX9ltxKm/Dg2whIQEAAQAMIIKKAAgKAdVo/qcAAAUBGQARFQBuAG8AdABlAHMALgB0AHgAdAAAABQK"
                    + "AQDTAJ4W7IDdARUGAQAggKSBAAA=";

    static final String SEVEN_ZIP_ENCRYPTED_HEADER =
            "N3q8ryccAAQlAc8ukAAAAAAAAAAuAAAAAAAAAOrx/i5Syb2oo20NoVTft3qZku7pvpR+xTqWr4shP5HrlrTMEtOty6kRAcrU1cxy"
                    + "EHfS6sqd0IGcVpKX5ctuhPFjR33xrSpE/OdGeKJ5lsshVj7Fzn/ad8PHLfUjF+cx5Yfjo7QFewRKu0P27AkBKhFwys7tSTbZP+Nj"
                    + "TU6GRDrKloW84bOM+XuwDwQ+BUklLeB7j6EXBiABCXAABwsBAAEkBvEHARJTDx2aBjYZoJUhD+E0KbmCdgQMagoBDxGFFwAA";

    static final String SEVEN_ZIP_CLEAN =
            "N3q8ryccAAQW/dP3IAAAAAAAAABaAAAAAAAAADz36K3gAokAGF0ANxvK7yD9ZrM5PxRQQyE9qvhIUJFggAAAAAEEBgABCSAABwsB"
                    + "AAEhIQEADIKKAAgKAdVo/qcAAAUBGQsAAAAAAAAAAAAAABEVAG4AbwB0AGUAcwAuAHQAeAB0AAAAFAoBANMAnhbsgN0BFQYBACCA"
                    + "pIEAAA==";

    private Packs() {}
}
