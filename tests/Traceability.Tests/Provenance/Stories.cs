using Traceability.Batches;

namespace Traceability.Tests.Provenance;

internal static class Stories
{
    /// <summary>Two ores, one concentrate, one oxide: eight nodes with their runs.</summary>
    public static Story Oxide() => new Story()
        .Batch("IRG-25-0117", "Rare-earth ore", "Ore", "Irgiz pit", "KZ", 4_120_000, source: RegistrationSource.Extraction)
        .Batch("IRG-25-0118", "Rare-earth ore", "Ore", "Irgiz pit", "KZ", 3_980_500, source: RegistrationSource.Extraction)
        .Batch("OLD-7", "Rare-earth ore", "Ore", "Karkaraly concentrator", "KZ", 612_000.25m, source: RegistrationSource.OpeningStock)
        .Batch("KRK-C-031", "Rare-earth concentrate", "Concentrate", "Karkaraly concentrator", "KZ", 18_004.5m)
        .Batch("NDPR-2509-04", "NdPr oxide", "Oxide", "Baotou separation plant", "CN", 1_261.125m)
        .Run("Flotation", [("IRG-25-0117", 4_120_000), ("IRG-25-0118", 3_980_500), ("OLD-7", 340_000.25m)], [("KRK-C-031", 18_004.5m)], 3)
        .Run("Solvent extraction", [("KRK-C-031", 18_004.5m)], [("NDPR-2509-04", 1_261.125m)], 6);

    /// <summary>Both legs of one vehicle, as a plant in Almaty builds it.</summary>
    public static Story Vehicle()
    {
        var story = new Story();
        for (var lot = 1; lot <= 4; lot++)
            story.Batch($"IRG-25-011{lot}", "Rare-earth ore", "Ore", "Irgiz pit", "KZ", 2_820_000 + 1_250 * lot, source: RegistrationSource.Extraction);
        return story
            .Batch("KRK-C-031", "Rare-earth concentrate", "Concentrate", "Karkaraly concentrator", "KZ", 9_120.4m)
            .Batch("KRK-C-032", "Rare-earth concentrate", "Concentrate", "Karkaraly concentrator", "KZ", 8_884.1m)
            .Batch("BT-MC-118", "Mixed rare-earth carbonate", "MixedCarbonate", "Baotou cracking plant", "CN", 12_940)
            .Batch("BT-NDPR-44", "NdPr oxide", "Oxide", "Baotou separation plant", "CN", 1_261.125m)
            .Batch("BT-DY-12", "Dysprosium oxide", "Oxide", "Ganzhou separation plant", "CN", 55.4m)
            .Batch("NDPR-M-9", "NdPr metal", "Metal", "Baotou metal plant", "CN", 1_030.2m)
            .Batch("DY-M-3", "Dysprosium metal", "Metal", "Ganzhou metal plant", "CN", 48)
            .Batch("NDFEB-S-71", "NdFeB strip alloy", "Alloy", "Baotou magnet plant", "CN", 3_420)
            .Batch("MAG-2511-A", "NdFeB magnet, sintered", "Magnet", "Baotou magnet plant", "CN", 2_560, 76_800)
            .Batch("MOT-884213", "Traction motor 150 kW", "Motor", "Kostanay motor plant", "KZ", 62, 1)
            .Batch("SGR-G-21", "Graphite ore", "Ore", "Sarytogan mine", "KZ", 410_000, source: RegistrationSource.Extraction)
            .Batch("AGD-F-8", "Graphite concentrate", "Concentrate", "Agadyr plant", "KZ", 98_400)
            .Batch("SPG-112", "Spherical graphite", "AnodeActive", "Qingdao anode plant", "CN", 47_200)
            .Batch("BKN-L-5", "Spodumene concentrate", "Concentrate", "Bakennoye mine", "KZ", 36_000, source: RegistrationSource.Extraction)
            .Batch("LIOH-77", "Lithium hydroxide", "Hydroxide", "Ust-Kamenogorsk refinery", "KZ", 5_150)
            .Batch("MHP-NI-3", "Mixed hydroxide precipitate", "Hydroxide", "Trader's warehouse", "ID", 24_000, source: RegistrationSource.OutsideSupplier)
            .Batch("COH-9", "Cobalt hydroxide", "Hydroxide", "Trader's warehouse", "CD", 3_100, source: RegistrationSource.OutsideSupplier)
            .Batch("NISO4-61", "Nickel sulphate", "Sulphate", "Quzhou refinery", "CN", 39_800)
            .Batch("COSO4-18", "Cobalt sulphate", "Sulphate", "Quzhou refinery", "CN", 5_600)
            .Batch("PCAM-205", "NMC811 precursor", "Precursor", "Quzhou precursor plant", "CN", 19_900)
            .Batch("CAM-330", "NMC811 cathode active", "CathodeActive", "Quzhou cathode plant", "CN", 20_400)
            .Batch("CELL-2512-07", "NMC811 prismatic cell", "Cell", "Ningde cell plant", "CN", 43_200, 24_000)
            .Batch("CELL-2512-08", "NMC811 prismatic cell", "Cell", "Ningde cell plant", "CN", 41_400, 23_000)
            .Batch("PACK-0031907", "60 kWh traction pack", "Pack", "Almaty pack plant", "KZ", 398, 1)
            .Batch("VIN-XKZ0042", "Electric vehicle", "Vehicle", "Almaty vehicle plant", "KZ", 1_845, 1)
            .Run("Flotation", [("IRG-25-0111", 2_821_250), ("IRG-25-0112", 2_822_500)], [("KRK-C-031", 9_120.4m)], 2)
            .Run("Flotation", [("IRG-25-0113", 2_823_750), ("IRG-25-0114", 2_400_000)], [("KRK-C-032", 8_884.1m)], 3)
            .Run("Cracking and leaching", [("KRK-C-031", 9_120.4m), ("KRK-C-032", 8_884.1m)], [("BT-MC-118", 12_940)], 5)
            .Run("Solvent extraction", [("BT-MC-118", 12_900)], [("BT-NDPR-44", 1_261.125m), ("BT-DY-12", 55.4m)], 6)
            .Run("Molten-salt electrolysis", [("BT-NDPR-44", 1_261.125m)], [("NDPR-M-9", 1_030.2m)], 7)
            .Run("Calciothermic reduction", [("BT-DY-12", 55.4m)], [("DY-M-3", 48)], 7)
            .Run("Strip casting", [("NDPR-M-9", 1_026), ("DY-M-3", 47.9m)], [("NDFEB-S-71", 3_420)], 8)
            .Run("Sintering and machining", [("NDFEB-S-71", 3_420)], [("MAG-2511-A", 2_560)], 9)
            .Run("Motor assembly", [("MAG-2511-A", 1.6m)], [("MOT-884213", 62)], 10)
            .Run("Flotation", [("SGR-G-21", 410_000)], [("AGD-F-8", 98_400)], 2)
            .Run("Spheroidising", [("AGD-F-8", 98_400)], [("SPG-112", 47_200)], 4)
            .Run("Refining", [("BKN-L-5", 36_000)], [("LIOH-77", 5_150)], 3)
            .Run("Refining", [("MHP-NI-3", 24_000)], [("NISO4-61", 39_800)], 4)
            .Run("Refining", [("COH-9", 3_100)], [("COSO4-18", 5_600)], 4)
            .Run("Co-precipitation", [("NISO4-61", 39_800), ("COSO4-18", 5_600)], [("PCAM-205", 19_900)], 6)
            .Run("Calcination", [("PCAM-205", 19_900), ("LIOH-77", 5_100)], [("CAM-330", 20_400)], 7)
            .Run("Cell making", [("CAM-330", 10_150), ("SPG-112", 7_020)], [("CELL-2512-07", 43_200)], 9)
            .Run("Cell making", [("CAM-330", 9_900), ("SPG-112", 6_730)], [("CELL-2512-08", 41_400)], 9)
            .Run("Pack assembly", [("CELL-2512-07", 172.8m), ("CELL-2512-08", 172.8m)], [("PACK-0031907", 398)], 10)
            .Run("Vehicle assembly", [("MOT-884213", 62), ("PACK-0031907", 398)], [("VIN-XKZ0042", 1_845)], 11);
    }

    /// <summary>A pile renewed every day, many mines, scrap that goes round: what a year of trade looks like behind one vehicle.</summary>
    public static Story YearOfTrade(int days = 240)
    {
        var story = new Story();
        string[] mines = ["Irgiz pit", "Kundybai pit", "Akbulak pit", "Upper Espe mine"];
        for (var day = 1; day <= days; day++)
        {
            foreach (var (i, mine) in mines.Index())
                story.Batch($"ORE-{i}-{day:000}", "Rare-earth ore", "Ore", mine, "KZ", 31_000 + 10 * day + i, source: RegistrationSource.Extraction);
            story.Batch($"PILE-{day:000}", "Rare-earth ore", "Ore", "Karkaraly concentrator", "KZ", 140_000 + day);
            List<(string, decimal)> tipped = [.. mines.Index().Select(mine => ($"ORE-{mine.Index}-{day:000}", 31_000m + 10 * day + mine.Index))];
            if (day > 1)
                tipped.Add(($"PILE-{day - 1:000}", 16_000));
            story.Run("Stockpile", [.. tipped], [($"PILE-{day:000}", 140_000 + day)], 1 + day / 31);
        }
        List<(string, decimal)> oxides = [("SCRAP-1", 300)];
        for (var lot = 1; lot <= days / 10; lot++)
        {
            story.Batch($"CON-{lot:00}", "Rare-earth concentrate", "Concentrate", "Karkaraly concentrator", "KZ", 900 + lot);
            story.Batch($"MC-{lot:00}", "Mixed rare-earth carbonate", "MixedCarbonate", "Baotou cracking plant", "CN", 700 + lot);
            story.Run("Flotation", [.. Enumerable.Range(lot * 10 - 9, 10).Select(day => ($"PILE-{day:000}", 120_000m))], [($"CON-{lot:00}", 900 + lot)], 1 + lot / 3);
            story.Run("Cracking and leaching", [($"CON-{lot:00}", 900 + lot)], [($"MC-{lot:00}", 700 + lot)], 1 + lot / 3);
            oxides.Add(($"MC-{lot:00}", 700 + lot));
        }
        return story
            .Batch("OX-EARLY", "NdPr oxide", "Oxide", "Baotou separation plant", "CN", 420, source: RegistrationSource.OpeningStock)
            .Batch("OX-LATE", "NdPr oxide", "Oxide", "Baotou separation plant", "CN", 1_500)
            .Batch("MET-EARLY", "NdPr metal", "Metal", "Baotou metal plant", "CN", 350)
            .Batch("MET-LATE", "NdPr metal", "Metal", "Baotou metal plant", "CN", 1_200)
            .Batch("MAG-EARLY", "NdFeB magnet", "Magnet", "Baotou magnet plant", "CN", 800, 24_000)
            .Batch("MAG-LATE", "NdFeB magnet", "Magnet", "Baotou magnet plant", "CN", 2_900, 87_000)
            .Batch("SCRAP-1", "Magnet scrap", "Scrap", "Baotou magnet plant", "CN", 310)
            .Batch("MOT-1", "Traction motor 150 kW", "Motor", "Kostanay motor plant", "KZ", 62, 1)
            .Batch("PACK-1", "60 kWh traction pack", "Pack", "Almaty pack plant", "KZ", 398, 1, RegistrationSource.OutsideSupplier)
            .Batch("VIN-1", "Electric vehicle", "Vehicle", "Almaty vehicle plant", "KZ", 1_845, 1)
            .Run("Solvent extraction", [.. oxides], [("OX-LATE", 1_500)], 9)
            .Run("Electrolysis", [("OX-EARLY", 420)], [("MET-EARLY", 350)], 5)
            .Run("Electrolysis", [("OX-LATE", 1_500)], [("MET-LATE", 1_200)], 9)
            .Run("Magnet making", [("MET-EARLY", 350)], [("MAG-EARLY", 800), ("SCRAP-1", 310)], 6)
            .Run("Magnet making", [("MET-LATE", 1_200)], [("MAG-LATE", 2_900)], 10)
            .Run("Motor assembly", [("MAG-EARLY", 0.8m), ("MAG-LATE", 0.8m)], [("MOT-1", 62)], 11)
            .Run("Vehicle assembly", [("MOT-1", 62), ("PACK-1", 398)], [("VIN-1", 1_845)], 12);
    }
}
